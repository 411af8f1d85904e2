import type { ApiEvent, ContainerStatus, Pod } from '../pod/types.ts';
import { type ContainerFacts, containerOf, noFacts, probeOf, withEvent, withStatus } from './container-facts.ts';
import { type PodFacts, deriveWaits, isRunning } from './derive-waits.ts';
import { changedStatuses, containerStatuses, podContainers } from './pod-containers.ts';
import { type PodTimeline, RunModel, isPod, podKey } from './run-model.ts';
import type { WatchEvent } from './watch-event.ts';

/** What a recorded stream of watch events says about one Pod. */
export interface RecordedPod {
  readonly timeline: PodTimeline;
  readonly events: readonly RecordedEvent[];
}

/** An Event of the API as it came, or came again. */
export interface RecordedEvent {
  readonly time: number;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  /** How often it came so far. */
  readonly count: number;
  /** Undefined: it is about the Pod. */
  readonly container?: string;
}

/**
 * Folds watch events, in order of their times, into the story of each Pod. What a live run reports and the API does not show is
 * derived: the causes of waits, and the results of probes.
 */
export function foldRecording(events: readonly WatchEvent[]): RecordedPod[] {
  const fold = new Fold();
  for (const event of events) fold.take(event);
  return fold.pods();
}

class Fold {
  readonly #model = new RunModel();
  readonly #states = new Map<string, PodState>();
  /** Events that came before their Pod. */
  readonly #early = new Map<string, { readonly event: ApiEvent; readonly now: number }[]>();

  take({ type, time, object }: WatchEvent): void {
    const now = Date.parse(time);
    if (isPod(object)) this.#pod(type, object, now);
    else this.#event(object, now);
  }

  pods(): RecordedPod[] {
    return this.#model.pods.map((timeline) => ({ timeline, events: this.#states.get(timeline.key)?.events ?? [] }));
  }

  #pod(type: WatchEvent['type'], pod: Pod, now: number): void {
    const key = podKey(pod);
    const known = this.#states.get(key);
    const state = known?.pod.metadata.uid === pod.metadata.uid ? known : newState(pod);
    this.#states.set(key, state);
    const before = state === known ? state.pod : undefined;
    state.pod = pod;
    for (const status of containerStatuses(pod)) {
      const old = before && containerStatuses(before).find(({ name }) => name === status.name);
      const facts = state.containers.get(status.name);
      if (facts) state.containers.set(status.name, withStatus(facts, status, old));
    }
    this.#tell(key, state, type, now);
    if (before) this.#successes(key, before, pod, now);
    const early = this.#early.get(key) ?? [];
    this.#early.delete(key);
    for (const { event } of early) this.#event(event, now);
  }

  #event(event: ApiEvent, now: number): void {
    const { involvedObject, reason = '', message = '', type = 'Normal', count = 1 } = event;
    const key = `${involvedObject.namespace ?? 'default'}/${involvedObject.name ?? ''}`;
    const state = this.#states.get(key);
    if (state === undefined) {
      this.#early.set(key, [...(this.#early.get(key) ?? []), { event, now }]);
      return;
    }
    const container = containerOf(event);
    state.events.push({ time: now, type, reason, message, count, ...(container !== undefined && { container }) });
    if (container === undefined) {
      const kind = obstacles[reason];
      if (kind) state.obstacle = { kind, message };
    } else {
      state.containers.set(container, withEvent(factsOf(state, container), event, now));
      this.#mark(key, container, event, now);
    }
    this.#tell(key, state, 'MODIFIED', now);
  }

  /** Gives the model the Pod as it is known by now, and what its containers wait for. */
  #tell(key: string, state: PodState, type: WatchEvent['type'], now: number): void {
    const object = withStarts(state);
    this.#model.watch({ type, time: new Date(now).toISOString(), object });
    const facts: PodFacts = { container: (name) => factsOf(state, name), ...(state.obstacle && { obstacle: state.obstacle }) };
    this.#model.waits(key, deriveWaits(object, facts, now), now);
  }

  #mark(key: string, container: string, { reason, message = '' }: ApiEvent, time: number): void {
    const probe = reason === 'Unhealthy' ? probeOf(message) : undefined;
    if (probe) this.#model.probe(key, { container, time, kind: probe, result: 'failure', message });
    if (reason === 'Killing') {
      this.#model.note(key, container, { kind: 'kill', time, message });
      if (this.#hook(key, container, 'preStop')) this.#model.note(key, container, { kind: 'hook', time, hook: 'preStop' });
    }
    if (reason === 'Started' && this.#hook(key, container, 'postStart')) {
      this.#model.note(key, container, { kind: 'hook', time, hook: 'postStart' });
    }
    const failed = reason === 'FailedPostStartHook' ? 'postStart' : reason === 'FailedPreStopHook' ? 'preStop' : undefined;
    if (failed) this.#model.note(key, container, { kind: 'hook', time, hook: failed, failure: message });
  }

  #hook(key: string, container: string, hook: 'postStart' | 'preStop'): boolean {
    const pod = this.#states.get(key)?.pod;
    return pod !== undefined && podContainers(pod).some(({ spec }) => spec.name === container && spec.lifecycle?.[hook] !== undefined);
  }

  /** A probe that passes makes no Event, but the status turns. */
  #successes(key: string, before: Pod, after: Pod, time: number): void {
    const statuses = containerStatuses(before);
    for (const { spec, status } of podContainers(after)) {
      const { name: container, startupProbe, readinessProbe } = spec;
      const old = statuses.find(({ name }) => name === container);
      if (!status || !isRunning(status)) continue;
      if (startupProbe && status.started && !old?.started) {
        this.#model.probe(key, { container, time, kind: 'startup', result: 'success' });
      }
      if (readinessProbe && status.ready && !old?.ready) {
        this.#model.probe(key, { container, time, kind: 'readiness', result: 'success' });
      }
    }
  }
}

interface PodState {
  pod: Pod;
  readonly containers: Map<string, ContainerFacts>;
  readonly events: RecordedEvent[];
  obstacle?: NonNullable<PodFacts['obstacle']>;
}

/** Reasons of Warnings about what stands before the containers. */
const obstacles: Readonly<Record<string, 'Volumes' | 'Sandbox'>> = {
  FailedMount: 'Volumes',
  FailedAttachVolume: 'Volumes',
  FailedCreatePodSandBox: 'Sandbox',
  FailedScheduling: 'Sandbox',
};

function newState(pod: Pod): PodState {
  return { pod, containers: new Map(), events: [] };
}

function factsOf({ containers }: PodState, name: string): ContainerFacts {
  return containers.get(name) ?? noFacts;
}

/** A status may show a container as waiting, or as ended before, that its Events say was started. */
function withStarts({ pod, containers }: PodState): Pod {
  if (containers.size === 0) return pod;
  const started = (status: ContainerStatus): ContainerStatus => {
    const startedAt = containers.get(status.name)?.startedAt;
    if (startedAt === undefined || isRunning(status)) return status;
    return { ...status, state: { running: { startedAt: new Date(startedAt).toISOString() } }, started: false, ready: false };
  };
  return { ...pod, status: { ...pod.status, ...changedStatuses(pod, started) } };
}
