import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { everybody, makeStateDirectory, runScenario, shell } from './scenario.ts';

describe.each(everybody)('the life of a container of $name', (identity) => {
  test.each([
    ['an exit code', 'exit 7', { exitCode: 7 }],
    ['a signal that it sends itself, which PID 1 does not feel', 'kill -KILL $$$$; exit 5', { exitCode: 5 }],
    ['the signal that ended its last process', 'sh -c "kill -SEGV \\$\\$"', { exitCode: 139 }],
  ])('ends with %s', async (_, script, expected) => {
    const { exits } = await runScenario(identity, { spec: { containers: [shell('c', script)] } });
    expect(exits['c']).toMatchObject(expected);
  });

  test('is told to stop, and listens or is killed', async () => {
    const outcome = await runScenario(identity, {
      spec: {
        containers: [
          shell('listens', 'trap "echo bye; exit 9" TERM; echo up; while :; do sleep 0.02; done'),
          shell('ignores', 'echo up; exec sleep 60'),
        ],
      },
      steps: [
        { do: 'waitForOutput', container: 'listens', text: 'up' },
        { do: 'waitForOutput', container: 'ignores', text: 'up' },
        { do: 'stop', container: 'listens', graceMs: 10_000 },
        { do: 'stop', container: 'ignores', graceMs: 300 },
      ],
    });
    // PID 1 of a namespace does not die of a signal that it does not handle.
    expect([outcome.exits['listens']?.exitCode, outcome.exits['ignores']?.exitCode]).toEqual([9, 137]);
    expect(outcome.output['listens']).toEqual(['up', 'bye']);
    expect(outcome.stopMs[0]).toBeLessThan(5000);
    expect(outcome.stopMs[1]).toBeGreaterThanOrEqual(295);
  });

  test('gets the stop signal that it asks for', async () => {
    const outcome = await runScenario(identity, {
      standIns: { images: { 'quits:1': { StopSignal: 'SIGRTMIN+3' } } },
      spec: {
        os: { name: 'linux' },
        containers: [
          shell('pod', 'trap "exit 11" USR1; echo up; while :; do sleep 0.02; done', { lifecycle: { stopSignal: 'SIGUSR1' } }),
          shell('image', 'trap "exit 12" RTMIN+3; echo up; while :; do sleep 0.02; done', {
            image: 'quits:1',
            command: ['bash', '-c'],
            args: ['trap "exit 12" RTMIN+3; echo up; while :; do sleep 0.02; done'],
          }),
        ],
      },
      steps: ['pod', 'image'].flatMap((container) => [
        { do: 'waitForOutput' as const, container, text: 'up' },
        { do: 'stop' as const, container, graceMs: 5000 },
      ]),
    });
    expect([outcome.exits['pod']?.exitCode, outcome.exits['image']?.exitCode]).toEqual([11, 12]);
  });

  test.each([
    [['/no/such/program'], 'exec: "/no/such/program": stat /no/such/program: no such file or directory'],
    [['no-such-program'], 'exec: "no-such-program": executable file not found in $PATH'],
    [['/etc/passwd'], 'exec: "/etc/passwd": permission denied'],
    [['/etc'], 'exec: "/etc": is a directory'],
    [['./here'], 'exec: "./here": stat ./here: no such file or directory'],
  ])('does not begin with a command that cannot be executed: %j', async (command, message) => {
    const { failures, exits } = await runScenario(identity, { spec: { containers: [{ name: 'c', image: 'x', command }] } });
    expect(failures['c']).toEqual({ reason: 'RunContainerError', message, exitCode: 128 });
    expect(exits).toEqual({});
  });

  test('writes all of its output to the log', async () => {
    const stateDirectory = makeStateDirectory(identity);
    const script = 'i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i+1)); done; printf "no newline"';
    const { output } = await runScenario(identity, { stateDirectory, spec: { containers: [shell('c', script)] } });
    expect(output['c']).toHaveLength(20_001);
    expect(output['c']?.at(-1)).toBe('no newline');
    const [pod = ''] = readdirSync(join(stateDirectory, 'logs'));
    expect(pod).toBe('default_pod_01234567-89ab-cdef-0123-456789abcdef');
    const log = readFileSync(join(stateDirectory, 'logs', pod, 'c/0.log'), 'utf8')
      .trimEnd()
      .split('\n');
    expect(log).toHaveLength(20_001);
    expect(log[19_999]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z stdout F line 19999$/);
  });

  test.each([
    ['File', 0, 'head -c 5000 /dev/zero | tr "\\0" x >/dev/termination-log', 'x'.repeat(4096)],
    ['File', 1, 'echo only output; exit 1', undefined],
    ['FallbackToLogsOnError', 1, 'seq 1 100; exit 1', `${Array.from({ length: 80 }, (_, index) => index + 21).join('\n')}\n`],
    ['FallbackToLogsOnError', 0, 'echo fine', undefined],
    ['FallbackToLogsOnError', 1, 'echo logged; echo written >/dev/termination-log; exit 1', 'written\n'],
  ])('leaves a message: %s, exit code %i', async (terminationMessagePolicy, exitCode, script, message) => {
    const { exits } = await runScenario(identity, { spec: { containers: [shell('c', script, { terminationMessagePolicy })] } });
    expect([exits['c']?.exitCode, exits['c']?.message]).toEqual([exitCode, message]);
  });

  test('is reported with all others before its sandbox is reported lost', async () => {
    const sleeping = ['a', 'b'].map((name) => shell(name, 'echo up; exec sleep 60'));
    const outcome = await runScenario(identity, {
      spec: { containers: sleeping },
      steps: [
        { do: 'waitForOutput', container: 'a', text: 'up' },
        { do: 'waitForOutput', container: 'b', text: 'up' },
        { do: 'killSandbox' },
      ],
    });
    expect(outcome.events.slice(0, 2).sort()).toEqual(['exited a 137', 'exited b 137']);
    expect(outcome.events[2]).toBe('sandboxLost');
  });

  test('waits for a command that nothing gives', async () => {
    const { failures } = await runScenario(identity, { spec: { containers: [{ name: 'c', image: 'my-app:1.0.0' }] } });
    expect(failures['c']?.reason).toBe('CreateContainerConfigError');
    expect(failures['c']?.message).toContain('images: {"my-app:1.0.0": {Entrypoint: [...]}}');
  });

  test('runs what the stand-in of its image says', async () => {
    const config = { Entrypoint: ['sh', '-c', 'echo "$A $B $0"; pwd'], Cmd: ['from-image'], Env: ['A=1', 'B=image'], WorkingDir: '/usr' };
    const outcome = await runScenario(identity, {
      standIns: { images: { 'app:1': config } },
      spec: {
        containers: [
          { name: 'c', image: 'app:1', env: [{ name: 'B', value: '2' }] },
          { name: 'd', image: 'app:1', args: ['$(B)'], workingDir: '/etc', env: [{ name: 'B', value: '3' }] },
        ],
      },
    });
    expect(outcome.output).toEqual({ c: ['1 2 from-image', '/usr'], d: ['1 3 3', '/etc'] });
  });

  test.each([{ tty: false }, { tty: true }])('can have a folder as its root, %j', async ({ tty }) => {
    const stateDirectory = makeStateDirectory(identity);
    const root = makeRoot(stateDirectory);
    const outcome = await runScenario(identity, {
      stateDirectory,
      standIns: {
        images: {
          'rooted:1': {
            Root: root,
            Cmd: [
              '/bin/sh',
              '-c',
              'echo $PATH; cd /; echo *; echo made >/file; read x </file; echo $x; read p r </proc/self/stat; echo $p; cd /work; pwd; [ -t 0 ] && [ -t 1 ] && [ -t 2 ] && echo terminal',
            ],
          },
        },
      },
      spec: { containers: [{ name: 'c', image: 'rooted:1', workingDir: '/work', tty }] },
    });
    expect(outcome.failures).toEqual({});
    const lines = [
      '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'bin dev etc lib lib64 proc run sys tmp var work',
      'made',
      '1',
      '/work',
    ];
    expect(outcome.output['c']).toEqual(tty ? [...lines, 'terminal'].map((line) => `${line}\r`) : lines);
    expect(readdirSync(root)).not.toContain('file');
  });
});

/** A root with nothing in it but a shell and what it is linked with. */
function makeRoot(stateDirectory: string): string {
  const root = join(stateDirectory, 'root');
  const shell = realpathSync('/bin/sh');
  const libraries = execFileSync('ldd', [shell], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  for (const [from, to] of [[shell, '/bin/sh'], ...libraries.map((path) => [path, path])] as const) {
    mkdirSync(dirname(root + to), { recursive: true });
    copyFileSync(from, root + to);
  }
  return root;
}
