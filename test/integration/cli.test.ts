import { type SpawnSyncReturns, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const entry = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

function outrider(args: readonly string[], { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {}) {
  const result: SpawnSyncReturns<string> = spawnSync(process.execPath, [entry, ...args], {
    input,
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return { exitCode: result.status, stdout: result.stdout, stderr: result.stderr };
}

describe('outrider', () => {
  it('can be executed as it is', () => {
    expect(execFileSync(entry, ['--version'], { encoding: 'utf8' })).toBe(`${packageJson.version}\n`);
  });

  it.each([['-V'], ['--version']])('%s prints the version', (flag) => {
    expect(outrider([flag])).toEqual({ exitCode: 0, stdout: `${packageJson.version}\n`, stderr: '' });
  });

  it.each(
    [
      [],
      ['run'],
      ['agent'],
      ['logs'],
      ['exec'],
      ['cp'],
      ['wait'],
      ['debug'],
      ['prune'],
      ['validate'],
      ['timeline'],
      ['ps'],
      ['completion'],
    ].map((words) => [words]),
  )('%j --help explains itself with examples', (command) => {
    const { exitCode, stdout, stderr } = outrider([...command, '--help']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: outrider${command.map((name) => ` ${name}`).join('')} `));
    expect(stdout).toContain('Examples:\n');
    expect(stdout).toMatch(/Exit codes:|completion/);
    expect(outrider(['help', ...command]).stdout).toBe(stdout);
  });

  it('without a command prints its help to standard error', () => {
    const { exitCode, stdout, stderr } = outrider([]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: outrider/);
  });

  it.each([
    [['rnu'], "unknown command 'rnu' (Did you mean run?)"],
    [['--verison'], "unknown option '--verison' (Did you mean --version?)"],
    [['run'], "missing required argument 'file'; see outrider run --help"],
    [['run', 'x', '--fro', '3s'], "unknown option '--fro' (Did you mean --for?)"],
    [
      ['run', 'x', '--for', '30'],
      "option '--for <time>' argument '30' is invalid. Expected a time such as 30s, 1m30s or 500ms; did you mean 30s?",
    ],
    [
      ['run', 'x', '--host', 'db'],
      "option '--host <name=address>' argument 'db' is invalid. Expected NAME=ADDRESS, for example db=127.0.0.1; see outrider run --help",
    ],
    [
      ['run', 'x', '--grace-period', '-1'],
      "option '--grace-period <seconds>' argument '-1' is invalid. Expected whole seconds, 0 or more; see outrider run --help",
    ],
    [
      ['run', 'x', '--init-failure', 'no'],
      "option '--init-failure <how>' argument 'no' is invalid. Allowed choices are restart, restart-pod; see outrider run --help",
    ],
    [
      ['validate', 'x', '-o', 'yaml'],
      "option '-o, --output <format>' argument 'yaml' is invalid. Allowed choices are text, json; see outrider validate --help",
    ],
    [['wait', 'web'], "required option '--for <condition>' not specified; see outrider wait --help"],
    [['exec', 'web'], 'you must specify at least one command for the container; see outrider exec --help'],
    [
      ['run', 'x', '--stand-in', 'y', '--runtime', 'docker'],
      '--stand-in says what images are on the process runtime, but --runtime chose docker; leave one of them out',
    ],
    [
      ['completion', 'tcsh'],
      "command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish; see outrider completion --help",
    ],
  ])('%j is a usage error on one line', (args, message) => {
    expect(outrider(args)).toEqual({ exitCode: 2, stdout: '', stderr: `outrider: ${message}\n` });
  });

  it('names what it cannot read, without a stack trace', () => {
    expect(outrider(['ps', '--from', '/no/such/file'])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'outrider: /no/such/file: no such file or folder\n',
    });
    const { stderr } = outrider(['ps', '--from', '/no/such/file'], { env: { OUTRIDER_DEBUG: '1' } });
    expect(stderr).toMatch(/^outrider: .*\n.*\n\s+at /);
  });

  it('reads standard input', () => {
    const input = JSON.stringify({
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: 'a' },
      spec: { containers: [{ name: 'x' }] },
      status: { phase: 'Running' },
    });
    expect(outrider(['ps', '--from', '-'], { input }).stdout).toMatch(
      /^NAME +READY +STATUS +RESTARTS +AGE\na +0\/1 +Running +0 +<unknown>\n$/,
    );
  });

  it('ends quietly when nobody reads on', async () => {
    const items = Array.from({ length: 20_000 }, (_, index) => ({ metadata: { name: `pod-${index}` }, status: { phase: 'Running' } }));
    const child = spawn(process.execPath, [entry, 'ps', '--from', '-', '-o', 'json'], { stdio: 'pipe' });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.stdout.destroy();
    child.stdin.end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', items }));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });
});

describe('completion', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'outrider-completion-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** What bash offers for the last of these words. */
  function complete(...words: string[]): string[] {
    const script = `${outrider(['completion', 'bash']).stdout}
      COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
      _outrider 2>/dev/null
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['-c', script, 'bash', ...words], { encoding: 'utf8' })
      .split('\n')
      .filter((word) => word !== '');
  }

  it.each([
    [
      ['outrider', ''],
      [
        ...['run', 'load', 'prune', 'agent', 'ps', 'logs', 'describe', 'events', 'wait', 'stop', 'rm', 'exec', 'attach', 'cp', 'debug'],
        ...['simulate', 'validate', 'resources', 'explain', 'compare', 'timeline', 'completion', 'help'],
      ],
    ],
    [
      ['outrider', 'r'],
      ['run', 'rm', 'resources'],
    ],
    [['outrider', '--v'], ['--version']],
    [['outrider', 'run', '--f'], ['--for']],
    [
      ['outrider', 'run', 'pod.yaml', '--output', ''],
      ['text', 'json'],
    ],
    [['outrider', 'run', '--init-failure', 'restart-'], ['restart-pod']],
    [
      ['outrider', 'completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['outrider', 'help', 'v'], ['validate']],
    // Left to the shell: file names.
    [['outrider', 'run', 'po'], []],
    [['outrider', 'run', '--stand-in', 'st'], []],
  ])('bash offers for %j: %j', (words, offered) => expect(complete(...words)).toEqual(offered));

  it.each(['bash', 'zsh', 'fish'])('%s understands its script', (shell) => {
    const script = outrider(['completion', shell]).stdout;
    for (const word of ['run', 'validate', 'ps', 'stand-in', 'init-failure', 'restart-pod']) expect(script).toContain(word);
    const file = path.join(folder, `completion.${shell}`);
    writeFileSync(file, script);
    const check = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    // Not every machine has every shell.
    if (!check.error) expect({ status: check.status, stderr: check.stderr }).toEqual({ status: 0, stderr: '' });
  });
});
