import { describe, expect, test } from 'vitest';
import { labelNames } from '../../../src/runtimes/containers/labels.ts';
import { makeContainer, makePod } from '../../fixtures/pod.ts';
import { makeDriver, makeRunning, settle, type Driver } from './driver.ts';

const init = makeContainer({ name: 'init' });
const app = makeContainer();
const pod = makePod({ spec: { initContainers: [init], containers: [app] } });

/** A supervisor that ends without a word, and the one after it. */
async function takeOver({ engine, stateDirectory }: Driver): Promise<Driver> {
  return makeDriver(pod, { engine, stateDirectory });
}

describe('a supervisor that comes after another', () => {
  test('finds nothing where there is nothing', async () => {
    const driver = await makeDriver(pod);
    expect(await driver.pod.recover()).toBeUndefined();
  });

  test('reports what ended and what runs, and tells the exits of what runs', async () => {
    const before = await makeRunning(pod);
    const initID = await before.launch(init);
    before.engine.exit(initID, 0);
    await settle();
    const appID = await before.launch(app);
    const after = await takeOver(before);
    const [sandbox = ''] = after.engine.sandboxes.keys();
    const common = { restartCount: 0, specImage: 'app:1', image: 'app:1', imageID: 'app@sha256:1', startedAt: 1000 };
    expect(await after.pod.recover()).toEqual({
      sandbox: { id: sandbox, attempt: 0, ips: ['10.0.0.1'], hostIPs: expect.any(Array) as unknown },
      records: {
        init: [
          {
            ...common,
            id: initID,
            state: 'exited',
            finishedAt: 2000,
            exit: {
              exitCode: 0,
              reason: 'Completed',
              startedAt: '1970-01-01T00:00:01Z',
              finishedAt: '1970-01-01T00:00:02Z',
              containerID: `fake://${initID}`,
            },
          },
        ],
        app: [{ ...common, id: appID, state: 'running', finishedAt: 0 }],
      },
    });
    after.engine.exit(appID, 4);
    await settle();
    expect(after.exits).toMatchObject([{ containerID: appID, exitCode: 4, startedAt: 1000 }]);
    expect(after.engine.calls.filter((call) => call.startsWith('start '))).toEqual([`start ${initID}`, `start ${appID}`]);
  });

  test('tells the exit between its look and its watch', async () => {
    const before = await makeRunning(pod);
    const id = await before.launch(app);
    const after = await takeOver(before);
    const recovered = after.pod.recover();
    after.engine.isAway = true;
    queueMicrotask(() => after.engine.exit(id, 6));
    await recovered;
    await settle();
    expect(after.exits).toMatchObject([{ containerID: id, exitCode: 6 }]);
  });

  test('goes on with the log where it ended, and shows only what is new', async () => {
    const before = await makeRunning(pod);
    const id = await before.launch(app);
    before.engine.output(id, 'old\n', 1_000_000_000n);
    await settle();
    const after = await takeOver(before);
    await after.pod.recover();
    expect(after.engine.followsSince(id)).toBe(1_000_000_001n);
    after.engine.output(id, 'missed\n', 2_000_000_000n);
    after.engine.output(id, 'new\n', BigInt(Date.now() + 1000) * 1_000_000n);
    await settle();
    expect(after.lines).toEqual(['app: new']);
  });

  test('starts a container that was created and not started', async () => {
    const before = await makeRunning(pod);
    const id = await before.create(app);
    const after = await takeOver(before);
    expect(await after.pod.recover()).toMatchObject({ records: {} });
    await after.pod.mountVolumes();
    expect(await after.launch(app)).toBe(id);
    expect(after.engine.calls.filter((call) => call.startsWith('create '))).toEqual([`create ${id}`]);
  });

  test('does not start it twice when the call of the one before still had its effect', async () => {
    const before = await makeRunning(pod);
    const id = await before.create(app);
    const after = await takeOver(before);
    await after.pod.recover();
    await after.pod.mountVolumes();
    Object.assign(after.engine.containers.get(id) ?? {}, { state: 'exited', startedAt: 1500, finishedAt: 1600, exitCode: 7 });
    await after.launch(app);
    await settle();
    expect(after.engine.calls.filter((call) => call.startsWith('start '))).toEqual([]);
    expect(after.exits).toMatchObject([{ containerID: id, exitCode: 7, startedAt: 1500, finishedAt: 1600 }]);
  });

  test('makes a container anew that would be another one now', async () => {
    const before = await makeRunning(pod);
    const id = await before.create(app);
    const after = await takeOver(before);
    await after.pod.recover();
    await after.pod.mountVolumes();
    expect(await after.launch({ ...app, args: ['other'] })).not.toBe(id);
    expect(after.engine.containers.has(id)).toBe(false);
  });

  test('reports records without a sandbox that has ended', async () => {
    const before = await makeRunning(pod);
    const id = await before.launch(app);
    const [sandbox = ''] = before.engine.sandboxes.keys();
    before.engine.isAway = true;
    await before.engine.stopSandbox(sandbox);
    const after = await takeOver(before);
    expect(await after.pod.recover()).toMatchObject({ sandbox: undefined, records: { app: [{ id, state: 'exited' }] } });
  });

  test('is another one in another state folder', async () => {
    const before = await makeRunning(pod);
    await before.launch(app);
    const other = await makeDriver(pod, { engine: before.engine });
    expect(await other.pod.recover()).toBeUndefined();
    expect(await other.runtime.prune(new Set())).toEqual([]);
  });
});

test('what nobody knows any more is pruned, each thing in a line', async () => {
  const before = await makeRunning(pod);
  const id = await before.launch(app);
  const after = await takeOver(before);
  expect(await after.runtime.prune(new Set([pod.metadata.uid]))).toEqual([]);
  const [sandbox = ''] = after.engine.sandboxes.keys();
  expect(after.engine.containers.get(id)?.labels[labelNames.podName]).toBe('web');
  expect(await after.runtime.prune(new Set())).toEqual([
    `container app (${id.slice(0, 12)}) of Pod default/web`,
    `sandbox ${sandbox.slice(0, 12)} of Pod default/web`,
    `folder ${after.stateDirectory}/containers/uid-1`,
  ]);
  expect(await after.runtime.prune(new Set())).toEqual([]);
});
