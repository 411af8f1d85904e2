import { expect, test } from 'vitest';
import { PodWorker } from '../../src/engine/pod-worker.ts';
import type { PodRuntime } from '../../src/engine/runtime-service.ts';
import type { RuntimeReport } from '../../src/lifecycle/create-state.ts';
import type { Pod } from '../../src/pod/types.ts';
import type { WatchEvent } from '../../src/trace/watch-event.ts';
import { VirtualClock } from '../fixtures/clocks.ts';
import { podOf } from '../lifecycle/virtual-pod.ts';

const start = '2026-03-01T11:59:00Z';

/** As it was published last: the init container completed, main runs. */
function published(pod: Pod): Pod {
  const common = { image: 'busybox:1.36', imageID: 'sha256:1', restartCount: 0 };
  const completed = { exitCode: 0, reason: 'Completed', startedAt: start, finishedAt: start, containerID: 'fake://init1' };
  return {
    ...pod,
    metadata: { ...pod.metadata, creationTimestamp: start, resourceVersion: '8', generation: 1 },
    status: {
      phase: 'Running',
      startTime: start,
      podIP: '10.0.0.1',
      podIPs: [{ ip: '10.0.0.1' }],
      initContainerStatuses: [
        { ...common, name: 'init', ready: true, started: false, state: { terminated: completed }, containerID: 'fake://init1' },
      ],
      containerStatuses: [
        { ...common, name: 'main', ready: true, started: true, state: { running: { startedAt: start } }, containerID: 'fake://main1' },
      ],
    },
  };
}

const record = { restartCount: 0, specImage: 'busybox:1.36', image: 'busybox:1.36', imageID: 'sha256:1' };
const at = Date.parse(start);
const running: Omit<RuntimeReport, 'status'> = {
  sandbox: { id: 'sandbox0', attempt: 0, ips: ['10.0.0.1'], hostIPs: ['192.0.2.1'] },
  records: {
    init: [{ ...record, id: 'init1', state: 'exited', startedAt: at, finishedAt: at, exit: { exitCode: 0, reason: 'Completed' } }],
    main: [{ ...record, id: 'main1', state: 'running', startedAt: at, finishedAt: 0 }],
  },
};

interface Taken {
  readonly worker: PodWorker;
  readonly calls: string[];
  readonly watched: WatchEvent[];
  readonly after: (ms: number) => Promise<void>;
}

async function takeOver(pod: Pod, recover: PodRuntime['recover']): Promise<Taken> {
  const clock = new VirtualClock();
  const calls: string[] = [];
  const watched: WatchEvent[] = [];
  const ignore = (): void => undefined;
  const worker: PodWorker = new PodWorker(pod, {
    clock,
    handlers: { probe: () => Promise.resolve({ result: 'success', output: '' }), hook: () => Promise.resolve({ ok: true, message: '' }) },
    notice: ignore,
    newUID: () => 'uid-event',
    listener: { watch: (event) => watched.push(event), output: ignore, waits: ignore, probe: ignore, ended: ignore },
    lifecycle: { runtimeName: 'fake' },
  });
  let count = 1;
  const did = <T>(call: string, value: T): Promise<T> => {
    calls.push(call);
    return Promise.resolve(value);
  };
  const runtime: PodRuntime = {
    recover,
    mountVolumes: () => did('mountVolumes', undefined),
    runPodSandbox: (attempt) => did(`runPodSandbox ${attempt}`, { id: `sandbox${attempt}`, ips: ['10.0.0.2'], hostIPs: [] }),
    ensureImage: ({ image }) => did(`ensureImage ${image}`, { alreadyPresent: true, image, imageID: 'sha256:1' }),
    createContainer: ({ name }, { restartCount }) =>
      did(`createContainer ${name} ${restartCount}`, { containerID: `${name}${(count += 1)}` }),
    startContainer: (id) => did(`startContainer ${id}`, { startedAt: clock.now() }),
    stopContainer: (id, grace) => {
      const now = clock.now();
      worker.containerExited({ containerID: id, name: id.replace(/\d+$/, ''), exitCode: 0, startedAt: now, finishedAt: now });
      return did(`stopContainer ${id} ${grace}`, undefined);
    },
    removeContainer: (id) => did(`removeContainer ${id}`, undefined),
    execSync: () => did('execSync', { kind: 'exited', exitCode: 0, output: '' }),
    exec: () => Promise.reject(new Error('no streams')),
    attach: () => Promise.reject(new Error('no streams')),
    namesChanged: ignore,
    stopPodSandbox: () => did('stopPodSandbox', undefined),
    removePod: () => did('removePod', undefined),
    logDirectory: () => '',
  };
  void worker.takeOver(runtime);
  const after = async (ms: number): Promise<void> => {
    clock.advance(ms);
    for (let i = 0; i < 50; i++) await Promise.resolve();
  };
  await after(0);
  return { worker, calls, watched, after };
}

const pod = (changes: Partial<Pod['spec']> = {}): Pod =>
  published(podOf({ initContainers: [{ name: 'init' }], containers: [{ name: 'main' }], restartPolicy: 'Always', ...changes }));

test('what runs goes on: nothing is started, created or stopped', async () => {
  const { worker, calls, watched, after } = await takeOver(pod(), () => Promise.resolve(running));
  await after(60_000);
  expect(calls).toEqual(['mountVolumes']);
  expect(worker.pod.status.containerStatuses?.[0]).toMatchObject({ restartCount: 0, ready: true, containerID: 'fake://main1' });
  expect(worker.pod.metadata).toMatchObject({ creationTimestamp: start, uid: pod().metadata.uid });
  expect(Number(watched[0]?.object.metadata?.resourceVersion)).toBeGreaterThan(8);
});

test('what exits afterwards is acted on', async () => {
  const { worker, calls, after } = await takeOver(pod(), () => Promise.resolve(running));
  const now = at + 60_000;
  worker.containerExited({ containerID: 'main1', name: 'main', exitCode: 3, startedAt: at, finishedAt: now });
  await after(1000);
  expect(calls).toContain('createContainer main 1');
  expect(worker.pod.status.containerStatuses?.[0]?.lastState?.terminated?.exitCode).toBe(3);
});

test('a runtime that does not answer is asked again', async () => {
  let attempts = 0;
  const { calls, after } = await takeOver(pod(), () => {
    attempts += 1;
    return attempts < 3 ? Promise.reject(new Error('away')) : Promise.resolve(running);
  });
  expect(calls).toEqual([]);
  await after(1000);
  await after(1000);
  expect([attempts, calls]).toEqual([3, ['mountVolumes']]);
});

test('a deletion under way goes on, with what is left of its time', async () => {
  const taken = pod();
  const deletionTimestamp = '2026-03-01T12:00:05Z';
  const deleted = { ...taken, metadata: { ...taken.metadata, deletionTimestamp, deletionGracePeriodSeconds: 9 } };
  const { worker, calls, after } = await takeOver(deleted, () => Promise.resolve(running));
  await after(0);
  expect(calls).toContain('stopContainer main1 5000');
  const ended = await worker.ended;
  expect(ended.metadata.deletionTimestamp).toBe(deletionTimestamp);
  expect(calls.slice(-2)).toEqual(['stopPodSandbox', 'removePod']);
});

test('where nothing is left, as after a restart of the machine, the Pod runs again in a new sandbox', async () => {
  const { worker, calls, after } = await takeOver(pod(), () => Promise.resolve(undefined));
  const now = at + 60_000;
  await after(0);
  worker.containerExited({ containerID: 'init2', name: 'init', exitCode: 0, startedAt: now, finishedAt: now });
  await after(20_000);
  expect(calls).toEqual([
    'removeContainer init1',
    'mountVolumes',
    'runPodSandbox 1',
    'ensureImage busybox:1.36',
    'createContainer init 1',
    'startContainer init2',
    'ensureImage busybox:1.36',
    'createContainer main 1',
    'startContainer main3',
  ]);
  expect(worker.pod.status.containerStatuses?.[0]).toMatchObject({
    restartCount: 1,
    lastState: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } },
  });
});

test('where nothing is left of a Pod that may not restart, it has failed', async () => {
  const { worker, calls, after } = await takeOver(pod({ restartPolicy: 'Never' }), () => Promise.resolve(undefined));
  await after(0);
  await after(1000);
  expect((await worker.ended).status.phase).toBe('Failed');
  expect(calls.filter((call) => /^(?:run|create|start)/.test(call))).toEqual([]);
});

test('one that was let go of does nothing more', async () => {
  const { worker, calls, after } = await takeOver(pod(), () => Promise.resolve(running));
  worker.release();
  worker.containerExited({ containerID: 'main1', name: 'main', exitCode: 3, startedAt: at, finishedAt: at });
  worker.delete(0);
  await after(60_000);
  expect(calls).toEqual(['mountVolumes']);
});
