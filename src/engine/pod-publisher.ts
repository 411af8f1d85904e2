import { apiTime } from '../lifecycle/api-time.ts';
import { trackWaits } from '../lifecycle/pod-waits.ts';
import type { PodState } from '../lifecycle/state.ts';
import { takeStatus } from '../lifecycle/step.ts';
import type { StepResult } from '../lifecycle/step.ts';
import type { Wait } from '../lifecycle/wait.ts';
import { qosClass } from '../pod/qos.ts';
import type { ApiEvent, Pod, PodStatus } from '../pod/types.ts';
import type { WatchEvent } from '../trace/watch-event.ts';
import { EventRecorder } from './event-recorder.ts';
import type { RunListener } from './run-listener.ts';

/** Tells a listener of one Pod what the API server would tell whoever watches it: each change once, in order. */
export class PodPublisher {
  /** `namespace/name`. */
  readonly key: string;
  readonly #listener: RunListener;
  readonly #recorder: EventRecorder;
  #pod: Pod;
  #revision = 0;
  #published = '';
  #waits: readonly Wait[] = [];

  /**
   * @param pod - Of one that was published before (it has a creationTimestamp), as it was last: it goes on from there.
   * @param newUID - Makes UIDs for Events.
   * @param events - What was told of it before.
   */
  constructor(pod: Pod, now: number, listener: RunListener, newUID: () => string, events: readonly ApiEvent[] = []) {
    const { creationTimestamp = apiTime(now), generation = 1, resourceVersion = '0' } = pod.metadata;
    this.key = `${pod.metadata.namespace}/${pod.metadata.name}`;
    this.#listener = listener;
    this.#recorder = new EventRecorder(newUID, events);
    this.#revision = Number(resourceVersion);
    const status = pod.metadata.creationTimestamp === undefined ? { phase: 'Pending', qosClass: qosClass(pod) } : pod.status;
    this.#pod = { ...pod, metadata: { ...pod.metadata, creationTimestamp, generation }, status };
  }

  /** The Pod with its status as it was told last. */
  get pod(): Pod {
    return this.#pod;
  }

  /** What is waited for, as it was told last. */
  get waits(): readonly Wait[] {
    return this.#waits;
  }

  /** The Pod is there: created now, or taken over. */
  created(now: number): void {
    this.#watch('ADDED', this.#pod, now);
  }

  /** What one step of the core gave: Events, then the status, then what is waited for. */
  stepped({ events }: StepResult, state: PodState, now: number): void {
    for (const event of events) {
      const { type, object } = this.#recorder.record(this.#pod, event, now);
      this.#listener.watch({ type, time: new Date(now).toISOString(), object });
    }
    const status = takeStatus(state, now);
    if (status !== undefined) this.#publish(state, status, now);
    const waits = trackWaits(this.#waits, state, now);
    if (JSON.stringify(waits) === JSON.stringify(this.#waits)) return;
    this.#waits = waits;
    this.#listener.waits(this.key, waits);
  }

  /** Takes over a changed spec. */
  updated(pod: Pod): Pod {
    this.#pod = { ...pod, metadata: { ...pod.metadata, generation: (this.#pod.metadata.generation ?? 1) + 1 }, status: this.#pod.status };
    return this.#pod;
  }

  /** The Pod has ended and everything of it is gone. */
  ended(isDeleted: boolean, now: number): void {
    if (isDeleted) this.#watch('DELETED', this.#pod, now);
    this.#listener.ended(this.#pod);
  }

  #publish({ deletion, finished }: PodState, status: PodStatus, now: number): void {
    const deleted =
      deletion === undefined
        ? {}
        : {
            deletionTimestamp: apiTime(deletion.requestedAt + deletion.graceSeconds * 1000),
            deletionGracePeriodSeconds: finished ? 0 : deletion.graceSeconds,
          };
    this.#pod = { ...this.#pod, metadata: { ...this.#pod.metadata, ...deleted }, status };
    const text = JSON.stringify([deleted, status]);
    if (text === this.#published) return;
    this.#published = text;
    this.#watch('MODIFIED', this.#pod, now);
  }

  #watch(type: WatchEvent['type'], pod: Pod, now: number): void {
    this.#revision += 1;
    this.#pod = { ...pod, metadata: { ...pod.metadata, resourceVersion: String(this.#revision) } };
    this.#listener.watch({ type, time: new Date(now).toISOString(), object: this.#pod });
  }
}
