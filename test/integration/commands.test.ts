import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const entry = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'outrider-commands-'));
const scope = ['--state-dir', join(folder, 'state')];

interface Result {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function outrider(args: readonly string[], input = ''): Promise<Result> {
  const dash = args.indexOf('--');
  const words = dash === -1 ? [...args, ...scope] : [...args.slice(0, dash), ...scope, ...args.slice(dash)];
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [entry, ...words], { timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ exitCode: error === null ? 0 : Number(error.code ?? -1), stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

async function succeed(args: readonly string[], input?: string): Promise<string> {
  const { exitCode, stdout, stderr } = await outrider(args, input);
  expect({ exitCode, stderr, args }).toEqual({ exitCode: 0, stderr: expect.any(String) as string, args });
  return stdout;
}

const script = `trap 'echo bye; exit 0' TERM; echo hello; i=0; while :; do i=$((i+1)); [ -f /data/tick ] && echo tick && rm /data/tick; sleep 0.1; done`;
const web = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    restartPolicy: 'Never',
    initContainers: [{ name: 'prepare', image: 'busybox', command: ['sh', '-c', 'echo prepared'] }],
    containers: [
      { name: 'app', image: 'busybox', command: ['sh', '-c', script], volumeMounts: [{ name: 'data', mountPath: '/data' }] },
      { name: 'side', image: 'busybox', command: ['sh', '-c', "trap 'exit 0' TERM; while :; do sleep 0.1; done"] },
    ],
    volumes: [{ name: 'data', emptyDir: {} }],
  },
};

describe('the commands about Pods in the background', () => {
  const manifest = join(folder, 'web.json');
  writeFileSync(manifest, JSON.stringify(web));

  beforeAll(async () => {
    expect(await succeed(['run', '--detach', '--runtime', 'process', manifest])).toBe('pod/web created\n');
    expect(await succeed(['wait', '--for=condition=Ready', 'pod/web', '--timeout', '60s'])).toBe('pod/web condition met\n');
  });
  afterAll(async () => {
    await outrider(['rm', '--all', '--force']);
    // It ends by itself when it has nothing left to do.
    await outrider(['wait', '--for=delete', 'web']);
    rmSync(folder, { recursive: true, force: true });
  });

  it('run --detach changes nothing for a Pod that runs as it is', async () => {
    expect(await succeed(['run', '--detach', '--runtime', 'process', manifest])).toBe('pod/web unchanged\n');
  });

  it('ps prints it in every form', async () => {
    expect(await succeed(['ps'])).toMatch(/^NAME +READY +STATUS +RESTARTS +AGE\nweb +2\/2 +Running +0 +\d+s\n$/);
    expect(await succeed(['ps', '-A', '-o', 'wide', '--no-headers'])).toMatch(
      /^default +web +2\/2 +Running +0 +\d+s +127\.0\.0\.1 +<none> +<none> +<none>\n$/,
    );
    expect(await succeed(['ps', '-o', 'name'])).toBe('pod/web\n');
    expect(JSON.parse(await succeed(['ps', 'web', '-o', 'json']))).toMatchObject({ kind: 'Pod', metadata: { name: 'web' } });
    expect(await succeed(['ps', '-o', 'yaml'])).toMatch(/^apiVersion: v1\nitems:\n *- apiVersion: v1\n/);
    expect(await outrider(['ps', '-n', 'other'])).toEqual({ exitCode: 0, stdout: '', stderr: 'No resources found in other namespace.\n' });
    expect(await outrider(['ps', 'nope'])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'outrider: Error from server (NotFound): pods "nope" not found\n',
    });
  });

  it('logs prints one container, or all', async () => {
    expect(await outrider(['logs', 'web'])).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^hello\n/) as string,
      stderr: 'Defaulted container "app" out of: app, side, prepare (init)\n',
    });
    expect(await outrider(['logs', 'web', 'prepare'])).toEqual({ exitCode: 0, stdout: 'prepared\n', stderr: '' });
    expect(await succeed(['logs', 'web', '-c', 'prepare', '--timestamps'])).toMatch(/^\d{4}-\d\d-\d\dT\S+Z prepared\n$/);
    expect(await succeed(['logs', 'web', '--all-containers', '--prefix'])).toMatch(
      /^\[pod\/web\/prepare\] prepared\n\[pod\/web\/app\] hello\n/,
    );
    const { exitCode, stderr } = await outrider(['logs', 'web', '-c', 'nope']);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: 'outrider: container nope is not valid for pod web out of: app, side, prepare (init)\n',
    });
    expect((await outrider(['logs', 'web', '-c', 'app', '--previous'])).stderr).toMatch(
      /previous terminated container "app" in pod "web" not found/,
    );
  });

  it('logs -f gives lines as they come', async () => {
    const child = spawn(process.execPath, [entry, 'logs', '-f', 'web', '-c', 'app', '--tail', '1', ...scope], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    expect(await lines.next()).toEqual({ done: false, value: 'hello' });
    await succeed(['exec', 'web', '-c', 'app', '--', 'touch', '/data/tick']);
    expect(await lines.next()).toEqual({ done: false, value: 'tick' });
    child.kill('SIGINT');
    await once(child, 'close');
  });

  it('exec has streams, input and the exit code of its own', async () => {
    expect(await outrider(['exec', 'web', '-c', 'app', '--', 'sh', '-c', 'echo out; echo err >&2; exit 3'])).toEqual({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\ncommand terminated with exit code 3\n',
    });
    const much = 'x'.repeat(1_000_000);
    expect(await succeed(['exec', '-i', '-q', 'web', '--', 'cat'], much)).toBe(much);
    expect((await outrider(['exec', 'web', '-q', '--', 'no-such-program'])).exitCode).not.toBe(0);
    expect((await outrider(['exec', '-it', '-q', 'web', '--', 'echo', 'hi'])).stdout).toBe('hi\n');
  });

  it('cp takes folders there and back', async () => {
    mkdirSync(join(folder, 'files/sub'), { recursive: true });
    writeFileSync(join(folder, 'files/a'), 'one');
    writeFileSync(join(folder, 'files/sub/big'), Buffer.alloc(3_000_000, 7));
    await succeed(['cp', join(folder, 'files'), 'web:/data/copied', '-c', 'app']);
    await succeed(['cp', 'default/web:/data/copied', join(folder, 'back'), '-c', 'app']);
    expect(readFileSync(join(folder, 'back/a'), 'utf8')).toBe('one');
    expect(readFileSync(join(folder, 'back/sub/big')).equals(readFileSync(join(folder, 'files/sub/big')))).toBe(true);
    // Into a folder that is there, on either side.
    await succeed(['cp', join(folder, 'files/a'), 'web:/data', '-c', 'app']);
    await succeed(['cp', 'web:/data/a', join(folder, 'back/sub'), '-c', 'app']);
    expect(readFileSync(join(folder, 'back/sub/a'), 'utf8')).toBe('one');
    const { exitCode, stderr } = await outrider(['cp', 'web:/nothing', join(folder, 'nothing'), '-c', 'app']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining('command terminated with exit code 2') as string });
    expect((await outrider(['cp', 'web:/a', 'web:/b'])).stderr).toBe('outrider: one of src or dest must be a local file specification\n');
  });

  it('describe and events tell what happened', async () => {
    const text = await succeed(['describe', 'web']);
    expect(text).toMatch(/^Name: +web\nNamespace: +default\n/);
    expect(text).toMatch(/\nInit Containers:\n {2}prepare:\n {4}Container ID: +process:\/\//);
    expect(text).toMatch(/\n {2}Normal +Started +\S+ +outrider +spec.containers\{app\}: Container started\n/);
    expect(await succeed(['events', 'web', '--types', 'normal'])).toMatch(/^LAST SEEN +TYPE +REASON +OBJECT +MESSAGE\n.* Pod\/web /);
    expect((await outrider(['events', '--types', 'Warning'])).stderr).toBe('No events found in default namespace.\n');
  });

  it('wait gives up in time, and reads the status', async () => {
    expect(await succeed(['wait', "--for=jsonpath='{.status.phase}'=Running", 'web'])).toBe('pod/web condition met\n');
    expect(await outrider(['wait', '--for=condition=Nothing', 'web', '--timeout', '200ms'])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'outrider: timed out waiting for the condition on pods/web\n',
    });
    expect((await outrider(['wait', '--for=condition=Nothing', 'web', '--timeout', '0'])).stderr).toBe(
      'outrider: condition not met for pods/web\n',
    );
  });

  it('debug adds a container, whose output it shows', async () => {
    const { exitCode, stdout } = await outrider(
      ['debug', '-i', 'web', '--image', 'busybox', '-c', 'tools', '--', 'sh', '-c', 'read line; echo "got $line"'],
      'this\n',
    );
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'got this\n' });
  });

  it('stop ends it; its logs stay until rm, with or without an agent', async () => {
    expect((await outrider(['rm', 'web'])).stderr).toMatch(/has not ended; stop it first/);
    expect(await succeed(['stop', 'web'])).toBe('pod/web stopped\n');
    expect(await succeed(['wait', '--for=delete', 'web'])).toBe('pod/web condition met\n');
    expect(await succeed(['ps', '--no-headers'])).toMatch(/^web +0\/2 +Completed /);
    expect(await succeed(['logs', 'web', '-c', 'app', '--tail', '1'])).toBe('bye\n');
    expect((await outrider(['exec', 'web', '--', 'true'])).stderr).toBe(
      'outrider: cannot exec into a container in a completed pod; current phase is Succeeded\n',
    );
    expect(await succeed(['rm', 'web'])).toBe('pod/web removed\n');
    expect((await outrider(['logs', 'web'])).stderr).toMatch(/pods "web" not found|no Pods run here/);
  });
});

it('says when nothing runs', async () => {
  const { exitCode, stderr } = await outrider(['describe', 'web', '-n', 'nowhere']);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 1,
    stderr: expect.stringMatching(/^outrider: (?:no Pods run here: .*|.*not found)\n$/) as string,
  });
});
