import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StartFailure } from '../../../src/runtimes/containers/container-engine.ts';
import { onBothEngines, shell, type EngineFixture, type Started } from './fixture.ts';

onBothEngines('containers', (fixture) => {
  test('a sandbox has an address, and its containers share it', async () => {
    const sandbox = await fixture.sandbox({ name: 'shared', hostname: 'shared-host' });
    expect(sandbox).toMatchObject({ state: 'ready', attempt: 0, ips: [expect.stringMatching(/^\d+\.\d+\.\d+\.\d+$/)] });
    const server = await fixture.start(sandbox, shell('echo hello > /tmp/index.html; exec httpd -f -p 8080 -h /tmp'));
    const client = shell(
      'until wget -q -O - http://127.0.0.1:8080/index.html; do sleep 0.05; done; hostname; ip -4 -o address show eth0 | tr -s " " | cut -d " " -f 4',
    );
    const asked = await fixture.start(sandbox, client, { name: 'client' });
    expect(await asked.exited).toMatchObject({ exitCode: 0, state: 'exited', oomKilled: false });
    const [hello, hostname, address] = (await textOf(fixture, asked, 'client')).trim().split('\n');
    expect([hello, hostname, address?.split('/')[0]]).toEqual(['hello', 'shared-host', sandbox.ips[0]]);
    await fixture.engine.stopContainer(server.id, 0);
  });

  test('exit codes, signals and times are those of the process', async () => {
    const sandbox = await fixture.sandbox({ name: 'codes' });
    const before = Date.now();
    const three = await fixture.run(sandbox, shell('exit 3'));
    const killed = await fixture.run(sandbox, shell('kill -9 $$'), { namespaces: { network: 'pod', ipc: 'pod', pid: 'pod' } });
    expect([three.exitCode, killed.exitCode]).toEqual([3, 137]);
    expect(three.startedAt).toBeGreaterThanOrEqual(before - 1000);
    expect(three.finishedAt).toBeGreaterThanOrEqual(three.startedAt);
    expect(three.finishedAt).toBeLessThanOrEqual(Date.now() + 1000);
  });

  test('each end is told once, after the start', async () => {
    const sandbox = await fixture.sandbox({ name: 'once' });
    const all = await Promise.all(Array.from({ length: 4 }, () => fixture.start(sandbox, ['true'])));
    await Promise.all(all.map(({ exited }) => exited));
    // Podman's events are late: whatever else they tell has come by then.
    await fixture.run(sandbox, ['sleep', '0.5']);
    for (const { id } of all) expect(fixture.exits.ids.filter((other) => other === id)).toEqual([id]);
  });

  test('a command that cannot be executed is a StartFailure with the exit code of a shell, and no end is told', async () => {
    const sandbox = await fixture.sandbox({ name: 'failing' });
    const failures: unknown[] = [];
    for (const command of [['/no/such/program'], ['nothing-of-this-name'], ['/etc/passwd'], ['/etc']]) {
      const { id } = await fixture.create(sandbox, command);
      const error = await fixture.engine.startContainer(id).catch((reason: unknown) => reason);
      failures.push(error instanceof StartFailure && [error.exitCode, error.message.includes(command[0] ?? '')]);
      await fixture.engine.removeContainer(id);
      expect(fixture.exits.ids).not.toContain(id);
    }
    expect(failures).toEqual([
      [127, true],
      [127, true],
      [126, true],
      [126, true],
    ]);
  });

  test('a container is stopped by its signal, by SIGKILL when the grace period is over, and sooner when that is shortened', async () => {
    const sandbox = await fixture.sandbox({ name: 'stopping' });
    const polite = await fixture.start(sandbox, shell('trap "exit 7" USR1; while :; do sleep 0.05; done'), { stopSignal: 'SIGUSR1' });
    const deaf = await fixture.start(sandbox, shell('trap "" TERM; while :; do sleep 1; done'));
    const deafer = await fixture.start(sandbox, shell('trap "" TERM; while :; do sleep 1; done'));
    await ready(fixture, polite);
    await fixture.engine.stopContainer(polite.id, 20_000);
    expect((await polite.exited).exitCode).toBe(7);
    await fixture.engine.stopContainer(deaf.id, 300);
    expect((await deaf.exited).exitCode).toBe(137);
    const long = fixture.engine.stopContainer(deafer.id, 600_000);
    await fixture.engine.stopContainer(deafer.id, 100);
    await long;
    expect((await deafer.exited).exitCode).toBe(137);
    await fixture.engine.stopContainer(deafer.id, 100);
    await fixture.engine.removeContainer(deafer.id);
    await fixture.engine.stopContainer(deafer.id, 100);
    expect(await fixture.engine.containerStatus(deafer.id)).toBeUndefined();
  });

  test('memory beyond the limit ends a container as OOMKilled', async () => {
    const sandbox = await fixture.sandbox({ name: 'hungry' });
    const status = await fixture.run(sandbox, shell('exec tail /dev/zero'), { resources: { memoryLimitBytes: 16 * 1024 * 1024 } });
    expect([status.exitCode, status.oomKilled]).toEqual([137, true]);
  });

  test('another program finds all by their labels, and hears of their ends', async () => {
    const sandbox = await fixture.sandbox({ name: 'found', attempt: 2 });
    const running = await fixture.start(sandbox, shell('trap "exit 5" TERM; while :; do sleep 0.05; done'), { name: 'found' });
    const other = await fixture.client();
    const seen: string[] = [];
    other.watch({ exited: (id) => seen.push(id), disconnected: () => undefined, reconnected: () => undefined });
    const containers = await other.listContainers({ ...fixture.labels, 'io.kubernetes.container.name': 'found' });
    const sandboxes = await other.listSandboxes({ ...fixture.labels, 'io.kubernetes.pod.name': 'found' });
    expect(containers).toMatchObject([{ id: running.id, sandboxID: sandbox.id, state: 'running', finishedAt: 0 }]);
    expect(sandboxes).toEqual([sandbox]);
    await other.stopContainer(running.id, 10_000);
    expect(seen).toEqual([running.id]);
    expect(await other.containerStatus(running.id)).toMatchObject({ state: 'exited', exitCode: 5 });
    await other.close();
  });

  test('a stopped sandbox takes its containers with it; nothing is left after its removal', async () => {
    const sandbox = await fixture.sandbox({ name: 'gone' });
    const running = await fixture.start(sandbox, ['sleep', '1000']);
    await fixture.engine.stopSandbox(sandbox.id);
    expect((await running.exited).exitCode).toBe(137);
    expect(await fixture.engine.listSandboxes({ ...fixture.labels, 'io.kubernetes.pod.name': 'gone' })).toMatchObject([
      { state: 'notready' },
    ]);
    await fixture.engine.removeSandbox(sandbox.id);
    await fixture.engine.removeSandbox(sandbox.id);
    expect(await fixture.engine.listSandboxes({ ...fixture.labels, 'io.kubernetes.pod.name': 'gone' })).toEqual([]);
    expect(await fixture.engine.containerStatus(running.id)).toBeUndefined();
  });
});

async function ready(fixture: EngineFixture, { id }: Started): Promise<void> {
  // Its trap is set before its first child is there.
  await expect.poll(() => fixture.engine.execSync(id, ['pidof', 'sleep'], 5000), { timeout: 10_000 }).toMatchObject({ exitCode: 0 });
}

async function textOf(fixture: EngineFixture, started: Started, name: string): Promise<string> {
  await started.done;
  if (!fixture.engine.features.writesLogs) return started.output.join('').replaceAll('stdout: ', '');
  const log = readFileSync(join(fixture.folder, `logs/${name}/0.log`), 'utf8');
  return log.replaceAll(/^\S+ stdout F /gm, '');
}
