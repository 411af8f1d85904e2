import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StartFailure } from '../../../src/runtimes/containers/container-engine.ts';
import { makeContainer, makePod, makeReferences } from '../../fixtures/pod.ts';
import { makeRunning, settle } from './driver.ts';

const app = makeContainer();

describe('the exit of a container', () => {
  test('is told once, with all that the engine knows, however often the engine tells it', async () => {
    const driver = await makeRunning(makePod());
    const id = await driver.launch(app);
    driver.engine.exit(id, 3, { finishedAt: 5000 });
    driver.engine.tellExit(id);
    await settle();
    expect(driver.exits).toEqual([{ containerID: id, name: 'app', exitCode: 3, startedAt: 1000, finishedAt: 5000 }]);
  });

  test('is told after the start, even when it comes before the answer', async () => {
    const driver = await makeRunning(makePod());
    driver.engine.onStart = (id) => driver.engine.exit(id, 0);
    const id = await driver.launch(app);
    await settle();
    expect(driver.events).toEqual([`started ${id}`, `exited ${id} 0`]);
  });

  test('is told after the last output', async () => {
    const driver = await makeRunning(makePod());
    const id = await driver.launch(app);
    driver.engine.output(id, 'one\ntwo');
    driver.engine.exit(id, 0);
    await settle();
    expect(driver.lines).toEqual(['app: one', 'app: two']);
    expect(driver.events.at(-1)).toBe(`exited ${id} 0`);
  });

  test('tells a kill for memory', async () => {
    const driver = await makeRunning(makePod());
    const id = await driver.launch(app);
    driver.engine.exit(id, 137, { oomKilled: true });
    await settle();
    expect(driver.exits).toMatchObject([{ exitCode: 137, reason: 'OOMKilled' }]);
  });

  test('is looked up where the engine only says that there was one', async () => {
    const driver = await makeRunning(makePod());
    const id = await driver.launch(app);
    driver.engine.isAway = true;
    driver.engine.exit(id, 4);
    driver.engine.isAway = false;
    driver.engine.tellExit(id);
    await settle();
    expect(driver.exits).toMatchObject([{ exitCode: 4 }]);
  });

  test('that was missed is found when the engine is back', async () => {
    const driver = await makeRunning(makePod());
    const id = await driver.launch(app);
    driver.engine.goAway();
    driver.engine.exit(id, 5);
    driver.engine.comeBack();
    await settle();
    expect(driver.exits).toMatchObject([{ containerID: id, exitCode: 5 }]);
  });

  test('of a container that the engine no longer has is a kill', async () => {
    const driver = await makeRunning(makePod());
    const id = await driver.launch(app);
    driver.engine.goAway();
    driver.engine.vanish(id);
    driver.engine.comeBack();
    await settle();
    expect(driver.exits).toMatchObject([{ containerID: id, exitCode: 137, startedAt: 1000 }]);
  });

  test('carries what the container left as its termination message', async () => {
    const driver = await makeRunning(makePod());
    const id = await driver.launch(app);
    const [mount] = driver.engine.containerConfigs[0]?.mounts.filter(({ containerPath }) => containerPath === '/dev/termination-log') ?? [];
    writeFileSync(mount?.type === 'bind' ? mount.hostPath : '', 'done');
    driver.engine.exit(id, 0);
    await settle();
    expect(driver.exits).toMatchObject([{ message: 'done' }]);
  });

  test('carries the end of the log of a failure that left no message, where the container asks for that', async () => {
    const container = makeContainer({ terminationMessagePolicy: 'FallbackToLogsOnError' });
    const driver = await makeRunning(makePod({ spec: { containers: [container] } }));
    const id = await driver.launch(container);
    driver.engine.output(id, 'broken\n');
    driver.engine.exit(id, 1);
    await settle();
    expect(driver.exits).toMatchObject([{ message: 'broken\n' }]);
  });
});

describe('a start', () => {
  test('that fails is no exit', async () => {
    const driver = await makeRunning(makePod());
    const id = await driver.create(app);
    driver.engine.onStart = () => {
      throw new StartFailure('no such file', 127);
    };
    const failure = await driver.pod.startContainer(id).catch((error: unknown) => error);
    driver.engine.tellExit(id);
    await settle();
    // The code is that of containerd, whatever the engine says.
    expect(failure).toMatchObject({ reason: 'RunContainerError', message: 'no such file', exitCode: 128 });
    expect(driver.exits).toEqual([]);
  });

  test('whose answer was lost counts when the container runs', async () => {
    const driver = await makeRunning(makePod());
    const id = await driver.create(app);
    driver.engine.onStart = () => {
      throw new Error('connection lost');
    };
    expect(await driver.pod.startContainer(id)).toEqual({ startedAt: 1000 });
  });
});

describe('a stop', () => {
  test('resolves after the exit was told', async () => {
    const driver = await makeRunning(makePod());
    const id = await driver.launch(app);
    await driver.pod.stopContainer(id, 3000);
    expect(driver.events).toEqual([`started ${id}`, `exited ${id} 137`]);
    expect(driver.engine.calls).toContain(`stop ${id} 3000`);
  });

  test('finds the exit that the engine did not tell', async () => {
    const driver = await makeRunning(makePod());
    const id = await driver.launch(app);
    driver.engine.isAway = true;
    await driver.pod.stopContainer(id, 1000);
    expect(driver.exits).toMatchObject([{ containerID: id, exitCode: 137 }]);
  });

  test('of a container that was never started is an exit as well', async () => {
    const driver = await makeRunning(makePod());
    const id = await driver.create(app);
    await driver.pod.stopContainer(id, 1000);
    expect(driver.exits).toMatchObject([{ containerID: id, exitCode: 137 }]);
  });
});

describe('the sandbox', () => {
  test('that is lost is told after the exits of its containers', async () => {
    const driver = await makeRunning(makePod());
    const id = await driver.launch(app);
    const [sandbox = ''] = driver.engine.sandboxes.keys();
    driver.engine.loseSandbox(sandbox);
    await settle();
    expect(driver.events.slice(1)).toEqual([`exited ${id} 137`, `lost ${sandbox}: the sandbox ended`]);
  });

  test('that is stopped as asked is not lost', async () => {
    const driver = await makeRunning(makePod());
    const [sandbox = ''] = driver.engine.sandboxes.keys();
    await driver.pod.stopPodSandbox();
    driver.engine.loseSandbox(sandbox);
    await settle();
    expect(driver.events).toEqual([]);
  });
});

test('of the instances of a container that ended the newest one is kept', async () => {
  const driver = await makeRunning(makePod());
  const ids: string[] = [];
  for (let restartCount = 0; restartCount < 3; restartCount++) {
    const id = await driver.launch(app, { restartCount });
    driver.engine.exit(id, 1);
    await settle();
    ids.push(id);
  }
  expect([...driver.engine.containers.keys()]).toEqual(ids.slice(1));
});

test('the hosts file of running containers follows the names', async () => {
  let hosts = [{ ip: '10.0.0.2', hostnames: ['db'] }];
  const driver = await makeRunning(makePod(), { references: { ...makeReferences(), hosts: () => hosts } });
  await driver.launch(app);
  const mount = driver.engine.containerConfigs[0]?.mounts.find(({ containerPath }) => containerPath === '/etc/hosts');
  const path = mount?.type === 'bind' ? mount.hostPath : '';
  expect(readFileSync(path, 'utf8')).toContain('10.0.0.2\tdb\n');
  hosts = [{ ip: '10.0.0.3', hostnames: ['db'] }];
  driver.pod.namesChanged();
  expect(readFileSync(path, 'utf8')).toContain('10.0.0.3\tdb\n');
});

test('everything of a removed Pod is gone but its logs', async () => {
  const driver = await makeRunning(makePod());
  const id = await driver.launch(app);
  driver.engine.output(id, 'hello\n');
  await driver.pod.removePod();
  expect([...driver.engine.containers.keys(), ...driver.engine.sandboxes.keys()]).toEqual([]);
  expect(readFileSync(join(driver.pod.logDirectory('app'), '0.log'), 'utf8')).toMatch(/ stdout F hello\n$/);
});
