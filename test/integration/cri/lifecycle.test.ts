import { chmodSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StartFailure } from '../../../src/runtimes/containers/container-engine.ts';
import { createCriEngine } from '../../../src/runtimes/cri/cri-engine.ts';
import { requireEngine } from '../../engines/engines.ts';
import { CriFixture, security, shell } from './fixture.ts';

describe.runIf(requireEngine('containerd', 'the tests of the CRI'))('containers over the CRI', () => {
  const fixture = new CriFixture();
  beforeAll(() => fixture.open());
  afterAll(() => fixture.close());

  test('a sandbox has an address, and its containers share it', async () => {
    const sandbox = await fixture.sandbox('shared');
    expect(sandbox).toMatchObject({ state: 'ready', attempt: 0, ips: [expect.stringMatching(/^\d+(\.\d+){3}$/)] });
    expect(fixture.engine.features.gateway).toMatch(/^\d+(\.\d+){3}$/);
    const server = await fixture.start(sandbox, 'server', shell('echo hello > /tmp/index.html; exec httpd -f -p 8080 -h /tmp'));
    const client = 'until wget -q -O - http://127.0.0.1:8080/index.html; do sleep 0.05; done; hostname; ip -4 -o a show eth0';
    const { exitCode, log } = await fixture.run(sandbox, 'client', shell(client));
    expect(exitCode).toBe(0);
    expect(log).toEqual(['stdout F hello', 'stdout F shared', expect.stringContaining(` ${sandbox.ips[0] ?? ''}/`)]);
    await fixture.engine.stopContainer(server.id, 0);
    expect((await server.exited).exitCode).toBe(137);
  });

  test('exit codes and signals, output of both streams whole at the end, times in order', async () => {
    const sandbox = await fixture.sandbox('codes');
    const before = Date.now();
    const script = 'i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; echo -n last; echo error >&2; exit 3';
    const three = await fixture.run(sandbox, 'three', shell(script));
    expect(three).toMatchObject({ state: 'exited', exitCode: 3, oomKilled: false, sandboxID: sandbox.id });
    const lines = Array.from({ length: 2000 }, (_, index) => `stdout F line ${index}`);
    expect(three.log.filter((line) => line.startsWith('stdout'))).toEqual([...lines, 'stdout P last']);
    expect(three.log.filter((line) => line.startsWith('stderr'))).toEqual(['stderr F error']);
    const times = [before, three.createdAt, three.startedAt, three.finishedAt, Date.now()];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const killed = await fixture.run(sandbox, 'killed', shell('kill -USR1 $$'), {
      namespaces: { network: 'pod', pid: 'pod', ipc: 'pod' },
    });
    expect(killed.exitCode).toBe(128 + 10);
  });

  test('each end is told once, with a status, after the start; then the engine says the same', async () => {
    const sandbox = await fixture.sandbox('once');
    const started = await Promise.all(Array.from({ length: 6 }, (_, index) => fixture.start(sandbox, `n${index}`, shell(`exit ${index}`))));
    const told = await Promise.all(started.map(({ exited }) => exited));
    expect(told.map(({ exitCode }) => exitCode)).toEqual([0, 1, 2, 3, 4, 5]);
    for (const [index, { id }] of started.entries()) {
      const status = await fixture.engine.containerStatus(id);
      expect({ ...status, startedAt: 0, createdAt: 0 }).toMatchObject({
        state: 'exited',
        exitCode: index,
        finishedAt: told[index]?.finishedAt,
      });
      await fixture.engine.removeContainer(id);
      await fixture.engine.removeContainer(id);
      expect(await fixture.engine.containerStatus(id)).toBeUndefined();
    }
    expect(started.map(({ id }) => fixture.exits.ids.filter((other) => other === id).length)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test('a command that cannot be executed is a StartFailure, and no end is told', async () => {
    const sandbox = await fixture.sandbox('failing');
    const { id } = await fixture.create(sandbox, 'failing', ['/no/such/program']);
    const error = await fixture.engine.startContainer(id).catch((reason: unknown) => reason as StartFailure);
    expect(error).toMatchObject({
      name: 'StartFailure',
      exitCode: 128,
      message: expect.stringMatching(/^failed to create containerd task.*\/no\/such\/program/) as unknown,
    });
    expect(await fixture.engine.containerStatus(id)).toMatchObject({
      state: 'exited',
      exitCode: 128,
      startedAt: 0,
      message: expect.stringContaining('/no/such/program') as unknown,
    });
    await fixture.engine.removeContainer(id);
    expect(fixture.exits.ids).not.toContain(id);
  });

  test('memory beyond the limit ends a container as OOMKilled', async () => {
    const sandbox = await fixture.sandbox('hungry');
    const status = await fixture.run(sandbox, 'hungry', ['tail', '/dev/zero'], { resources: { memoryLimitBytes: 16 * 1024 * 1024 } });
    expect(status).toMatchObject({ exitCode: 137, oomKilled: true });
    const listed = await fixture.engine.listContainers({ ...fixture.labels, 'io.kubernetes.container.name': 'hungry' });
    expect(listed).toMatchObject([{ exitCode: 137, oomKilled: true }]);
  });

  test('a container is stopped by its signal, by SIGKILL when the grace period is over, and sooner when that is shortened', async () => {
    const sandbox = await fixture.sandbox('stopping');
    const loop = 'while :; do sleep 0.05; done';
    const polite = await fixture.start(sandbox, 'polite', shell(`trap "exit 7" TERM; echo ready; ${loop}`));
    const own = await fixture.start(sandbox, 'own', shell(`trap "exit 8" USR1; trap "" TERM; echo ready; ${loop}`), {
      stopSignal: 'SIGUSR1',
    });
    const deaf = await fixture.start(sandbox, 'deaf', shell(`trap "" TERM; echo ready; ${loop}`));
    const deafer = await fixture.start(sandbox, 'deafer', shell(`trap "" TERM; echo ready; ${loop}`));
    for (const name of ['polite', 'own', 'deaf', 'deafer']) await expect.poll(() => fixture.log(sandbox, name)).toEqual(['stdout F ready']);
    await Promise.all([polite, own].map(({ id }) => fixture.engine.stopContainer(id, 60_000)));
    expect([(await polite.exited).exitCode, (await own.exited).exitCode]).toEqual([7, 8]);
    await fixture.engine.stopContainer(deaf.id, 300);
    expect((await deaf.exited).exitCode).toBe(137);
    const long = fixture.engine.stopContainer(deafer.id, 600_000);
    await fixture.engine.stopContainer(deafer.id, 100);
    await long;
    expect((await deafer.exited).exitCode).toBe(137);
    await fixture.engine.stopContainer(deafer.id, 100);
    await fixture.engine.removeContainer(deafer.id);
    await fixture.engine.stopContainer(deafer.id, 100);
  });

  test('a command inside: exit code, both streams, a timeout, and what cannot be run', async () => {
    const sandbox = await fixture.sandbox('inside');
    const { id } = await fixture.start(sandbox, 'inside', ['sleep', '1000']);
    const { engine } = fixture;
    expect(await engine.execSync(id, shell('echo out; echo err >&2; exit 4'), 10_000)).toEqual({
      kind: 'exited',
      exitCode: 4,
      output: 'out\nerr\n',
    });
    expect(await engine.execSync(id, ['sleep', '1000'], 1000)).toEqual({ kind: 'timeout', output: '' });
    expect(await engine.execSync(id, ['/no/such/program'], undefined)).toEqual({
      kind: 'error',
      message: expect.stringContaining('/no/such/program') as unknown,
    });
    expect(await engine.execSync('gone', ['true'], undefined)).toMatchObject({ kind: 'error' });
  });

  test('users, environment, working folder, mounts and security are the configuration’s', async () => {
    const sandbox = await fixture.sandbox('configured');
    chmodSync(fixture.folder, 0o777);
    const { log } = await fixture.run(
      sandbox,
      'configured',
      shell(
        'id -u; id -g; id -G; echo "$GREETING"; pwd; touch /x 2>&1; touch /data/file && ls -n /data | tail -1 | cut -d" " -f1; cat /proc/self/status | grep -E "NoNewPrivs|CapEff"',
      ),
      {
        env: { GREETING: 'bonjour à tous' },
        workingDir: '/tmp',
        mounts: [{ type: 'bind', hostPath: fixture.folder, containerPath: '/data', readOnly: true, propagation: 'private' }],
        security: {
          ...security,
          runAsUser: 1234,
          runAsGroup: 2345,
          supplementalGroups: [3456],
          readOnlyRootFilesystem: true,
          noNewPrivileges: true,
          capabilities: { add: [], drop: ['ALL'] },
        },
      },
    );
    expect(log.map((line) => line.replace(/^\S+ F /, ''))).toEqual([
      '1234',
      '2345',
      '2345 3456',
      'bonjour à tous',
      '/tmp',
      'touch: /x: Read-only file system',
      'touch: /data/file: Read-only file system',
      expect.stringMatching(/CapEff:\s+0{16}/),
      expect.stringMatching(/NoNewPrivs:\s+1/),
    ]);
  });

  test('another program finds all by their labels, goes on with them, and hears of their ends', async () => {
    const sandbox = await fixture.sandbox('found', { attempt: 2 });
    const running = await fixture.start(sandbox, 'found', shell('trap "exit 5" USR2; echo ready; while :; do sleep 0.05; done'), {
      stopSignal: 'SIGUSR2',
    });
    await expect.poll(() => fixture.log(sandbox, 'found')).toEqual(['stdout F ready']);
    const other = await createCriEngine({ address: fixture.address });
    const seen: unknown[] = [];
    other.watch({ exited: (id, status) => seen.push([id, status?.exitCode]), disconnected: () => undefined, reconnected: () => undefined });
    expect(await other.listSandboxes({ ...fixture.labels, 'io.kubernetes.pod.name': 'found' })).toEqual([sandbox]);
    const labels = { ...fixture.labels, 'io.kubernetes.container.name': 'found' };
    expect(await other.listContainers(labels)).toMatchObject([
      { id: running.id, sandboxID: sandbox.id, state: 'running', finishedAt: 0, labels },
    ]);
    const added = await other.createContainer(sandbox, fixture.config('found', ['true'], { attempt: 1 }));
    await other.startContainer(added.id);
    await expect.poll(() => seen).toContainEqual([added.id, 0]);
    await other.stopContainer(running.id, 60_000);
    expect(seen).toContainEqual([running.id, 5]);
    await other.close();
  });

  test('a stopped sandbox takes its containers with it; nothing is left after its removal', async () => {
    const sandbox = await fixture.sandbox('gone');
    const running = await fixture.start(sandbox, 'running', ['sleep', '1000']);
    await fixture.engine.stopSandbox(sandbox.id);
    expect((await running.exited).exitCode).toBe(137);
    await expect.poll(() => fixture.exits.ids).toContain(sandbox.id);
    const labels = { ...fixture.labels, 'io.kubernetes.pod.name': 'gone' };
    expect(await fixture.engine.listSandboxes(labels)).toMatchObject([{ state: 'notready' }]);
    await fixture.engine.removeSandbox(sandbox.id);
    await fixture.engine.removeSandbox(sandbox.id);
    expect(await fixture.engine.listSandboxes(labels)).toEqual([]);
    expect(await fixture.engine.containerStatus(running.id)).toBeUndefined();
  });

  test('on the host’s network a sandbox has the host’s address', async () => {
    const sandbox = await fixture.sandbox('host', { namespaces: { network: 'node', pid: 'container', ipc: 'pod' } });
    const { log } = await fixture.run(sandbox, 'look', shell('test -e /proc/net/unix && ip -4 -o a | wc -l'), {
      namespaces: { network: 'node', pid: 'container', ipc: 'pod' },
    });
    expect(sandbox.ips).toEqual([expect.stringMatching(/^\d+(\.\d+){3}$/)]);
    expect(Number(log[0]?.replace('stdout F ', ''))).toBeGreaterThan(0);
  });
});

test('says why no engine is there', async () => {
  await expect(createCriEngine({ address: 'unix:///nowhere/engine.sock' })).rejects.toThrow(
    /^no container engine answers at \/nowhere\/engine\.sock \(ENOENT\)$/,
  );
  await expect(createCriEngine({ address: 'tcp://1.2.3.4:5' })).rejects.toThrow(/must be unix:\/\/\/path/);
});
