import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createCriEngine } from '../../../src/runtimes/cri/cri-engine.ts';
import { requireEngine, requireFile } from '../../engines/engines.ts';
import { CriFixture, shell } from './fixture.ts';

const images = '/var/lib/outrider-test/images.tar';
const canRun = requireEngine('containerd', 'the restart of containerd') && requireFile(images, 'the restart of containerd', `no ${images}`);

describe.runIf(canRun)('containerd restarts', () => {
  // Short: sockets of containerd's helpers lie within it.
  const folder = mkdtempSync('/tmp/ocr-');
  const address = join(folder, 'c.sock');
  const fixture = new CriFixture(address);
  const hostNamespaces = { network: 'node', pid: 'container', ipc: 'pod' } as const;
  let containerd: ChildProcess;

  beforeAll(async () => {
    writeFileSync(
      join(folder, 'config.toml'),
      `version = 2
root = "${folder}/root"
state = "${folder}/state"
[grpc]
  address = "${address}"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  sandbox_image = "outrider.test/pause:1"
[plugins."io.containerd.internal.v1.opt"]
  path = "${folder}/opt"
`,
    );
    containerd = await startContainerd();
    execFileSync('ctr', ['-a', address, '-n', 'k8s.io', 'images', 'import', images]);
    await fixture.open();
  });

  afterAll(async () => {
    await fixture.close();
    await stopContainerd();
    rmSync(folder, { recursive: true, force: true });
  });

  async function startContainerd(): Promise<ChildProcess> {
    const child = spawn('containerd', ['-c', join(folder, 'config.toml')], { stdio: 'ignore' });
    await vi.waitFor(async () => (await createCriEngine({ address })).close(), { timeout: 30_000, interval: 50 });
    return child;
  }

  async function stopContainerd(): Promise<void> {
    const ended = new Promise((resolve) => containerd.once('exit', resolve));
    containerd.kill('SIGKILL');
    await ended;
  }

  test('what was under way goes on, and what happened meanwhile can be asked for', async () => {
    const sandbox = await fixture.sandbox('survivor', { namespaces: hostNamespaces });
    const go = join(fixture.folder, 'go');
    const mounts = [{ type: 'bind', hostPath: fixture.folder, containerPath: '/data', readOnly: true, propagation: 'private' }] as const;
    const running = await fixture.start(sandbox, 'running', shell('trap "exit 5" TERM; while :; do sleep 0.05; done'), {
      namespaces: hostNamespaces,
    });
    const ending = await fixture.start(sandbox, 'ending', shell('until [ -e /data/go ]; do sleep 0.02; done; exit 3'), {
      namespaces: hostNamespaces,
      mounts,
    });
    await stopContainerd();
    await expect.poll(() => fixture.exits.connection, { timeout: 10_000 }).toEqual(['disconnected']);
    // Made while nobody answers.
    const listing = fixture.engine.listContainers(fixture.labels);
    const created = fixture.start(sandbox, 'created', shell('exit 4'), { namespaces: hostNamespaces });
    writeFileSync(go, '');
    containerd = await startContainerd();
    await expect.poll(() => fixture.exits.connection, { timeout: 30_000 }).toEqual(['disconnected', 'reconnected']);
    expect((await listing).map(({ id }) => id)).toEqual(expect.arrayContaining([running.id, ending.id]));
    expect((await (await created).exited).exitCode).toBe(4);
    await expect.poll(() => fixture.engine.containerStatus(ending.id), { timeout: 10_000 }).toMatchObject({ state: 'exited', exitCode: 3 });
    expect(await fixture.engine.containerStatus(running.id)).toMatchObject({ state: 'running' });
    expect(await fixture.engine.execSync(running.id, ['echo', 'still'], undefined)).toEqual({
      kind: 'exited',
      exitCode: 0,
      output: 'still\n',
    });
    await fixture.engine.stopContainer(running.id, 30_000);
    expect(await running.exited).toMatchObject({ exitCode: 5 });
    expect(existsSync(address)).toBe(true);
  });

  test('a stop that is under way ends when its grace period does', async () => {
    const sandbox = await fixture.sandbox('stopping', { namespaces: hostNamespaces });
    const deaf = await fixture.start(sandbox, 'deaf', shell('trap "" TERM; echo ready; while :; do sleep 0.05; done'), {
      namespaces: hostNamespaces,
    });
    await expect.poll(() => fixture.log(sandbox, 'deaf')).toEqual(['stdout F ready']);
    const stopping = fixture.engine.stopContainer(deaf.id, 3000);
    await stopContainerd();
    containerd = await startContainerd();
    await stopping;
    expect(await fixture.engine.containerStatus(deaf.id)).toMatchObject({ state: 'exited', exitCode: 137 });
  });
});
