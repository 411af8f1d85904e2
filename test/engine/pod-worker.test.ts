import { expect, test } from 'vitest';
import { PodWorker } from '../../src/engine/pod-worker.ts';
import type { PodRuntime } from '../../src/engine/runtime-service.ts';
import { RuntimeError } from '../../src/engine/runtime-service.ts';
import type { Pod } from '../../src/pod/types.ts';
import type { WatchEvent } from '../../src/trace/watch-event.ts';
import { VirtualClock } from '../fixtures/clocks.ts';
import { podOf } from '../lifecycle/virtual-pod.ts';

/** A runtime whose containers run until they are told to stop. */
class FakeRuntime implements PodRuntime {
  readonly calls: string[] = [];
  failStops = 0;
  worker: PodWorker | undefined;
  readonly #clock: VirtualClock;
  #count = 0;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  mountVolumes = (): Promise<void> => this.#done('mountVolumes', undefined);
  runPodSandbox = (attempt: number): ReturnType<PodRuntime['runPodSandbox']> =>
    this.#done(`runPodSandbox ${attempt}`, { id: `sandbox${attempt}`, ips: ['10.0.0.1'], hostIPs: ['192.0.2.1'] });
  ensureImage = ({ image }: { image: string }): ReturnType<PodRuntime['ensureImage']> =>
    this.#done(`ensureImage ${image}`, { alreadyPresent: true, image, imageID: 'sha256:1' });
  createContainer = ({ name }: { name: string }): ReturnType<PodRuntime['createContainer']> => {
    this.#count += 1;
    return this.#done(`createContainer ${name}`, { containerID: `${name}${this.#count}` });
  };
  startContainer = (id: string): ReturnType<PodRuntime['startContainer']> =>
    this.#done(`startContainer ${id}`, { startedAt: this.#clock.now() });
  removeContainer = (id: string): Promise<void> => this.#done(`removeContainer ${id}`, undefined);
  recover = (): Promise<undefined> => Promise.resolve(undefined);
  exec = (): Promise<never> => Promise.reject(new Error('no streams'));
  attach = (): Promise<never> => Promise.reject(new Error('no streams'));
  execSync = (): ReturnType<PodRuntime['execSync']> => this.#done('execSync', { kind: 'exited', exitCode: 0, output: '' });
  stopPodSandbox = (): Promise<void> => this.#done('stopPodSandbox', undefined);
  removePod = (): Promise<void> => this.#done('removePod', undefined);
  logDirectory = (): string => '';
  namesChanged = (): void => undefined;

  stopContainer(id: string, gracePeriodMs: number): Promise<void> {
    if (this.failStops-- > 0) {
      this.calls.push(`stopContainer ${id} fails`);
      return Promise.reject(new RuntimeError('StopFailed', 'busy'));
    }
    const now = this.#clock.now();
    this.worker?.containerExited({ containerID: id, name: id.replace(/\d+$/, ''), exitCode: 0, startedAt: now, finishedAt: now });
    return this.#done(`stopContainer ${id} ${gracePeriodMs}`, undefined);
  }

  #done<T>(call: string, value: T): Promise<T> {
    this.calls.push(call);
    return Promise.resolve(value);
  }
}

interface Run {
  readonly worker: PodWorker;
  readonly runtime: FakeRuntime;
  readonly clock: VirtualClock;
  readonly watched: WatchEvent[];
  /** Lets everything happen that needs no time, `ms` later. */
  readonly after: (ms: number) => Promise<void>;
}

async function start(pod: Pod): Promise<Run> {
  const clock = new VirtualClock();
  const runtime = new FakeRuntime(clock);
  const watched: WatchEvent[] = [];
  let uid = 0;
  const worker = new PodWorker(pod, {
    clock,
    handlers: { probe: () => Promise.resolve({ result: 'failure', output: 'no' }), hook: () => Promise.resolve({ ok: true, message: '' }) },
    notice: ignore,
    newUID: () => `uid-${(uid += 1)}`,
    listener: { watch: (event) => watched.push(event), output: ignore, waits: ignore, probe: ignore, ended: ignore },
  });
  runtime.worker = worker;
  worker.start(runtime);
  const after = async (ms: number): Promise<void> => {
    clock.advance(ms);
    for (let i = 0; i < 50; i++) await Promise.resolve();
  };
  await after(0);
  return { worker, runtime, clock, watched, after };
}

function ignore(): void {
  // Not looked at here.
}

const told = ({ type, object }: WatchEvent): string =>
  object.kind === 'Pod'
    ? `${type} ${(object as Pod).status.phase}`
    : `${type} ${(object as { reason: string }).reason} x${(object as { count: number }).count}`;

test('a Pod is told of from its creation to its removal, every status before what follows from it', async () => {
  const { worker, runtime, watched, after } = await start(podOf({ terminationGracePeriodSeconds: 7 }));
  await after(1000);
  worker.delete(undefined);
  await after(0);
  expect((await worker.ended).status.phase).toBe('Succeeded');
  expect(runtime.calls).toEqual([
    'mountVolumes',
    'runPodSandbox 0',
    'ensureImage busybox:1.36',
    'createContainer main',
    'startContainer main1',
    'stopContainer main1 7000',
    'stopPodSandbox',
    'removePod',
  ]);
  expect(watched.map(told)).toEqual([
    'ADDED Pending',
    'MODIFIED Pending',
    'MODIFIED Pending',
    'ADDED Pulled x1',
    'ADDED Created x1',
    'ADDED Started x1',
    'MODIFIED Running',
    'ADDED Killing x1',
    'MODIFIED Running',
    'MODIFIED Running',
    'MODIFIED Succeeded',
    'DELETED Succeeded',
  ]);
  const deleted = watched.at(-1)?.object as Pod;
  expect(deleted.metadata.deletionGracePeriodSeconds).toBe(0);
  expect(deleted.metadata.deletionTimestamp).toBe('2026-03-01T12:00:08Z');
});

test('the same Event again is one object whose count grows', async () => {
  const probe = { exec: { command: ['false'] }, periodSeconds: 1, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 9 };
  const { watched, after } = await start(podOf({ containers: [{ name: 'main', readinessProbe: probe }] }));
  for (let i = 0; i < 3; i++) await after(1000);
  const unhealthy = watched.filter(({ object }) => (object as { reason?: string }).reason === 'Unhealthy');
  expect(unhealthy.map(told)).toEqual(['ADDED Unhealthy x1', 'MODIFIED Unhealthy x2', 'MODIFIED Unhealthy x3']);
  expect(new Set(unhealthy.map(({ object }) => object.metadata?.uid)).size).toBe(1);
});

test('a container that could not be told to stop is told again', async () => {
  const { worker, runtime, after } = await start(podOf({}));
  runtime.failStops = 2;
  worker.delete(5);
  await after(0);
  await after(1000);
  await after(1000);
  expect(runtime.calls.filter((call) => call.startsWith('stopContainer'))).toEqual([
    'stopContainer main1 fails',
    'stopContainer main1 fails',
    'stopContainer main1 5000',
  ]);
  expect((await worker.ended).status.phase).toBe('Succeeded');
});

test('a lost sandbox is replaced', async () => {
  const { worker, runtime, after } = await start(podOf({}));
  const now = Date.parse('2026-03-01T12:00:00Z');
  worker.containerExited({ containerID: 'main1', name: 'main', exitCode: 137, startedAt: now, finishedAt: now });
  worker.sandboxLost('sandbox0');
  await after(0);
  await after(10_000);
  expect(runtime.calls.filter((call) => call.startsWith('runPodSandbox'))).toEqual(['runPodSandbox 0', 'runPodSandbox 1']);
  expect(worker.pod.status.phase).toBe('Running');
  expect(worker.pod.status.containerStatuses?.[0]?.restartCount).toBe(1);
});
