import type { Clock } from '../../../src/engine/clock.ts';
import type { Wait, WaitCause } from '../../../src/lifecycle/wait.ts';
import type { ApiEvent, ContainerStatus, Pod } from '../../../src/pod/types.ts';
import type { Output, RunView } from '../../../src/cli/views/run-view.ts';

/** Time that moves when told to; what is due then happens on the way, in order. */
export class VirtualClock implements Clock {
  #now = Date.parse('2026-01-01T00:00:00Z');
  readonly #due = new Set<{ readonly time: number; readonly callback: () => void }>();

  now(): number {
    return this.#now;
  }

  at(time: number, callback: () => void): () => void {
    const entry = { time, callback };
    this.#due.add(entry);
    return () => void this.#due.delete(entry);
  }

  advanceTo(time: number): void {
    for (;;) {
      const [next] = [...this.#due].filter((entry) => entry.time <= time).toSorted((a, b) => a.time - b.time);
      if (next === undefined) break;
      this.#due.delete(next);
      this.#now = Math.max(this.#now, next.time);
      next.callback();
    }
    this.#now = Math.max(this.#now, time);
  }
}

/** Collects what is written. */
export class FakeOutput implements Output {
  readonly isTTY: boolean;
  columns: number;
  rows: number;
  readonly writes: string[] = [];

  constructor({ isTTY = false, columns = 80, rows = 24 } = {}) {
    this.isTTY = isTTY;
    this.columns = columns;
    this.rows = rows;
  }

  write(text: string, written?: () => void): boolean {
    this.writes.push(text);
    written?.();
    return true;
  }

  get text(): string {
    return this.writes.join('');
  }
}

export interface Scene {
  readonly pods: readonly Pod[];
  readonly runtime: { readonly name: string; readonly description: string };
  /** What happens when, in milliseconds since the start, in order. */
  readonly steps: readonly { readonly at: number; readonly play: (view: RunView, now: number) => void }[];
}

/** Plays a scene up to `until` (default: its end) and returns the clock. */
export function play(view: RunView, scene: Scene, clock: VirtualClock, until = Infinity): void {
  const start = clock.now();
  view.start(scene);
  for (const { at, play: step } of scene.steps) {
    if (at > until) break;
    clock.advanceTo(start + at);
    step(view, clock.now());
  }
  if (until !== Infinity) clock.advanceTo(start + until);
}

/** An application whose init container waits for a database of another Pod, with a native sidecar that is slow to start. */
export function webAndDatabase(): Scene {
  const db = new ScenePod('db', [], ['postgres']);
  const web = new ScenePod('web', ['wait-for-db', 'envoy-proxy:sidecar', 'migrate'], ['app', 'log-shipper']);
  const initial = (of: string): Record<string, WaitCause> =>
    Object.fromEntries(['envoy-proxy', 'migrate', 'app', 'log-shipper'].map((name) => [name, { kind: 'InitCompletion', of }]));
  const probing = (failures: number, nextAttemptAt?: number): Record<string, WaitCause> =>
    Object.fromEntries(
      ['envoy-proxy', 'migrate', 'app', 'log-shipper'].map((name) => [
        name,
        { kind: 'StartupProbe', of: 'envoy-proxy', failures, failureThreshold: 30, ...(nextAttemptAt !== undefined && { nextAttemptAt }) },
      ]),
    );
  const all = (cause: WaitCause, ...names: string[]): Record<string, WaitCause> => Object.fromEntries(names.map((name) => [name, cause]));

  return {
    pods: [db.pod, web.pod],
    runtime: { name: 'process', description: 'processes of this machine, in namespaces of their own' },
    steps: [
      db.step(0, { added: true, waits: { postgres: { kind: 'Volumes' } } }),
      web.step(0, { added: true, waits: { 'wait-for-db': { kind: 'Volumes' }, ...initial('wait-for-db') } }),
      db.step(120, { postgres: { running: true }, waits: { postgres: { kind: 'ReadinessProbe', of: 'postgres', failures: 0 } } }),
      web.step(150, { 'wait-for-db': { running: true }, waits: initial('wait-for-db') }),
      web.output(160, 'wait-for-db', 'waiting for the database on port 5432'),
      db.output(300, 'postgres', 'starting PostgreSQL 16.4'),
      db.probe(1130, 'postgres', 'readiness', 'failure'),
      db.event(1130, 'postgres', 'Warning', 'Unhealthy', 'Readiness probe failed: dial tcp 10.0.0.5:5432: connect: connection refused'),
      db.step(1130, { waits: { postgres: { kind: 'ReadinessProbe', of: 'postgres', failures: 1 } } }),
      web.output(1200, 'wait-for-db', 'waiting for the database on port 5432'),
      db.output(2000, 'postgres', '\u001B[32mdatabase system is ready\u001B[0m to accept connections'),
      db.probe(2130, 'postgres', 'readiness', 'success'),
      db.step(2130, { postgres: { running: true, ready: true }, phase: 'Running', waits: {} }),
      web.step(2210, {
        'wait-for-db': { exitCode: 0 },
        waits: {
          'envoy-proxy': { kind: 'Starting' },
          ...all({ kind: 'SidecarRunning', of: 'envoy-proxy' }, 'migrate', 'app', 'log-shipper'),
        },
      }),
      web.step(2260, { 'envoy-proxy': { running: true }, waits: probing(0, 3260) }),
      web.output(2300, 'envoy-proxy', 'starting main dispatch loop'),
      ...[3260, 4260, 5260].flatMap((at, index) => [
        web.probe(at, 'envoy-proxy', 'startup', 'failure'),
        web.event(at, 'envoy-proxy', 'Warning', 'Unhealthy', 'Startup probe failed: HTTP probe failed with statuscode: 503', index + 1),
        web.step(at, { waits: probing(index + 1, at + 1000) }),
      ]),
      web.probe(6260, 'envoy-proxy', 'startup', 'success'),
      web.step(6260, {
        'envoy-proxy': { running: true, ready: true, started: true },
        waits: { migrate: { kind: 'Starting' }, ...all({ kind: 'InitCompletion', of: 'migrate' }, 'app', 'log-shipper') },
      }),
      web.step(6300, { migrate: { running: true }, waits: all({ kind: 'InitCompletion', of: 'migrate' }, 'app', 'log-shipper') }),
      web.output(6400, 'migrate', 'applied 0001_initial, 0002_users, 0003_orders'),
      web.step(6900, {
        migrate: { exitCode: 1 },
        waits: { migrate: { kind: 'Starting' }, ...all({ kind: 'InitCompletion', of: 'migrate' }, 'app', 'log-shipper') },
      }),
      web.step(6950, {
        migrate: { running: true, restartCount: 1 },
        waits: all({ kind: 'InitCompletion', of: 'migrate' }, 'app', 'log-shipper'),
      }),
      web.step(7500, { migrate: { exitCode: 0, restartCount: 1 }, waits: all({ kind: 'Starting' }, 'app', 'log-shipper') }),
      web.step(7550, {
        app: { running: true, ready: true, started: true },
        'log-shipper': { running: true, ready: true, started: true },
        phase: 'Running',
        waits: {},
      }),
      web.output(7600, 'app', 'listening on :8080'),
      web.output(7700, 'log-shipper', 'tailing /var/log/app/access.log'),
      web.output(8000, 'app', 'GET / 200 12ms'),
      web.step(9000, {
        'log-shipper': { exitCode: 3 },
        waits: { 'log-shipper': { kind: 'CrashLoopBackOff', restarts: 0, backOffMs: 10_000 } },
        until: 19_000,
      }),
      web.event(9000, 'log-shipper', 'Warning', 'BackOff', 'Back-off restarting failed container log-shipper in pod web_default(u)'),
      web.step(12_000, {
        deleted: 30,
        waits: { app: { kind: 'Grace' }, 'envoy-proxy': { kind: 'TerminationOrder', of: ['app', 'log-shipper'] } },
        until: 42_000,
      }),
      web.output(12_100, 'app', 'draining connections'),
      web.step(12_800, { app: { exitCode: 0 }, waits: { 'envoy-proxy': { kind: 'Grace' } }, until: 42_000 }),
      web.step(13_000, { 'envoy-proxy': { exitCode: 143 }, phase: 'Failed', waits: {} }),
      web.step(13_050, { removed: true, waits: {} }),
    ],
  };
}

/** An application into which somebody looks with two ephemeral containers, one of them with a name that hardly fits. */
export function debuggedPod(): Scene {
  const web = new ScenePod('web', [], ['app']);
  const [debug, long] = ['debugger-x2k4p', 'look-into-the-files-of-the-application'];
  return {
    pods: [web.pod],
    runtime: { name: 'process', description: 'processes of this machine' },
    steps: [
      web.step(0, { added: true, waits: { app: { kind: 'Sandbox' } } }),
      web.step(500, { app: { running: true, ready: true, started: true }, phase: 'Running', waits: {} }),
      web.debug(2000, debug, { waits: { [debug]: { kind: 'Starting' } } }),
      web.event(2000, debug, 'Normal', 'Pulling', 'Pulling image "busybox"'),
      web.step(2000, { waits: { [debug]: { kind: 'ImagePull', image: 'busybox' } } }),
      web.event(2900, debug, 'Normal', 'Pulled', 'Successfully pulled image "busybox" in 900ms'),
      web.event(3000, debug, 'Normal', 'Started', 'Container started'),
      web.step(3000, { [debug]: { running: true }, waits: {} }),
      web.output(3100, debug, '/ # ps'),
      web.step(6000, { [debug]: { exitCode: 130 } }),
      web.debug(7000, long, { [long]: { running: true }, waits: {} }),
      web.step(9000, { app: { exitCode: 0 }, [long]: { exitCode: 137 }, phase: 'Succeeded', waits: {} }),
    ],
  };
}

/** Many small Pods in all stages. */
export function manyPods(count: number): Scene {
  const pods = Array.from({ length: count }, (_, index) => new ScenePod(`worker-${index}`, ['prepare'], ['main', 'metrics']));
  const up = { running: true, ready: true, started: true };
  return {
    pods: pods.map(({ pod }) => pod),
    runtime: { name: 'process', description: 'processes of this machine' },
    steps: [
      ...pods.map((pod) =>
        pod.step(0, { added: true, prepare: { running: true }, waits: { main: { kind: 'InitCompletion', of: 'prepare' } } }),
      ),
      ...pods.map((pod) => pod.output(500, 'prepare', 'preparing')),
      ...pods
        .filter((_, index) => index % 3 !== 0)
        .map((pod) => pod.step(1000, { prepare: { exitCode: 0 }, main: up, metrics: up, phase: 'Running', waits: {} })),
      ...pods
        .filter((_, index) => index % 7 === 1)
        .map((pod) => pod.step(3000, { main: { exitCode: 0 }, metrics: { exitCode: 0 }, phase: 'Succeeded' })),
      ...pods
        .filter((_, index) => index % 50 === 2)
        .map((pod) =>
          pod.step(4000, {
            main: { exitCode: 1 },
            waits: { main: { kind: 'CrashLoopBackOff', restarts: 3, backOffMs: 40_000 } },
            until: 44_000,
          }),
        ),
    ],
  };
}

interface Change {
  readonly added?: true;
  readonly removed?: true;
  /** Grace period. */
  readonly deleted?: number;
  readonly phase?: string;
  readonly waits?: Record<string, WaitCause>;
  /** When the waits of this step end, in ms since the start. */
  readonly until?: number;
}

interface ContainerChange {
  readonly running?: true;
  readonly ready?: boolean;
  readonly started?: boolean;
  readonly exitCode?: number;
  readonly restartCount?: number;
}

/** The cause with its times counted from `start`. */
function shifted(cause: WaitCause, start: number): WaitCause {
  if (cause.kind !== 'StartupProbe' || cause.nextAttemptAt === undefined) return cause;
  return { ...cause, nextAttemptAt: start + cause.nextAttemptAt };
}

type Step = Scene['steps'][number];

function waiting(name: string): ContainerStatus {
  return { name, state: { waiting: { reason: 'PodInitializing' } }, ready: false, restartCount: 0, image: '', imageID: '' };
}

/** A Pod that changes step by step; every step carries the whole status, as the API does. */
class ScenePod {
  pod: Pod;

  constructor(name: string, init: readonly string[], containers: readonly string[]) {
    const initContainers = init.map((entry) => {
      const [container = '', kind] = entry.split(':');
      return { name: container, ...(kind === 'sidecar' && { restartPolicy: 'Always' }) };
    });
    this.pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default', uid: name },
      spec: { initContainers, containers: containers.map((container) => ({ name: container })) },
      status: {
        phase: 'Pending',
        initContainerStatuses: initContainers.map((container) => waiting(container.name)),
        containerStatuses: containers.map(waiting),
      },
    } as unknown as Pod;
  }

  /** Adds an ephemeral container. */
  debug(at: number, container: string, change: Change & Record<string, unknown>): Step {
    const { spec, status } = this.pod;
    const { ephemeralContainers = [] } = spec;
    this.pod = {
      ...this.pod,
      spec: { ...spec, ephemeralContainers: [...ephemeralContainers, { name: container, image: 'busybox' }] },
      status: { ...status, ephemeralContainerStatuses: [...(status.ephemeralContainerStatuses ?? []), waiting(container)] },
    };
    return this.step(at, { ...change, [container]: change[container] ?? {} });
  }

  step(at: number, change: Change & Record<string, unknown>): Step {
    const { added, removed, deleted, phase, waits, until } = change;
    const update = (status: ContainerStatus): ContainerStatus => {
      const next = change[status.name] as ContainerChange | undefined;
      if (next === undefined) return status;
      const { running, exitCode, ready = false, started = ready, restartCount = status.restartCount } = next;
      if (running === undefined && exitCode === undefined) return status;
      const state = running ? { running: {} } : { terminated: { exitCode: exitCode ?? 0, reason: exitCode === 0 ? 'Completed' : 'Error' } };
      return { ...status, state, ready, started, restartCount };
    };
    const { metadata, status } = this.pod;
    const isChanged = added || removed || deleted !== undefined || phase !== undefined || this.#names().some((name) => name in change);
    this.pod = {
      ...this.pod,
      metadata: {
        ...metadata,
        ...(deleted !== undefined && { deletionTimestamp: '2026-01-01T00:00:12Z', deletionGracePeriodSeconds: deleted }),
      },
      status: {
        ...status,
        ...(phase !== undefined && { phase }),
        initContainerStatuses: status.initContainerStatuses?.map(update) ?? [],
        containerStatuses: status.containerStatuses?.map(update) ?? [],
        ...(status.ephemeralContainerStatuses && { ephemeralContainerStatuses: status.ephemeralContainerStatuses.map(update) }),
      },
    };
    const object = this.pod;
    const type = added ? 'ADDED' : removed ? 'DELETED' : 'MODIFIED';
    return {
      at,
      play: (view, now) => {
        const start = now - at;
        if (isChanged) view.watch({ type, time: new Date(now).toISOString(), object });
        if (waits === undefined) return;
        const list = Object.entries(waits).map(([container, cause]): Wait => ({
          container,
          cause: shifted(cause, start),
          since: now,
          ...(until !== undefined && { until: start + until }),
        }));
        view.waits(`default/${metadata.name}`, list);
      },
    };
  }

  output(at: number, container: string, text: string): Step {
    return { at, play: (view, now) => view.output(`default/${this.pod.metadata.name}`, { container, stream: 'stdout', time: now, text }) };
  }

  probe(at: number, container: string, kind: 'startup' | 'readiness' | 'liveness', result: 'success' | 'failure'): Step {
    return {
      at,
      play: (view, now) =>
        view.probe(`default/${this.pod.metadata.name}`, { container, kind, time: now, durationMs: 0, result, output: '' }),
    };
  }

  event(at: number, container: string, type: string, reason: string, message: string, count = 1): Step {
    const { name } = this.pod.metadata;
    const isEphemeral = this.pod.spec.ephemeralContainers?.some((one) => one.name === container);
    const fieldPath = `spec.${isEphemeral ? 'ephemeralContainers' : 'containers'}{${container}}`;
    const object = {
      apiVersion: 'v1',
      kind: 'Event',
      involvedObject: { kind: 'Pod', namespace: 'default', name, fieldPath },
      type,
      reason,
      message,
      count,
    } as ApiEvent;
    return { at, play: (view, now) => view.watch({ type: 'ADDED', time: new Date(now).toISOString(), object }) };
  }

  #names(): string[] {
    const { initContainers = [], containers, ephemeralContainers = [] } = this.pod.spec;
    return [...initContainers, ...containers, ...ephemeralContainers].map(({ name }) => name);
  }
}
