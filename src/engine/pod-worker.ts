import { apiTime } from '../lifecycle/api-time.ts';
import { createPodState } from '../lifecycle/create-state.ts';
import type { Action } from '../lifecycle/action.ts';
import type { Observation } from '../lifecycle/observation.ts';
import type { PodEvent } from '../lifecycle/pass.ts';
import { trackWaits } from '../lifecycle/pod-waits.ts';
import type { LifecycleOptions, PodState } from '../lifecycle/state.ts';
import { step } from '../lifecycle/step.ts';
import type { Wait } from '../lifecycle/wait.ts';
import { qosClass } from '../pod/qos.ts';
import type { Pod, PodStatus } from '../pod/types.ts';
import type { WatchEvent } from '../trace/watch-event.ts';
import type { Clock } from './clock.ts';
import { EventRecorder } from './event-recorder.ts';
import type { HandlerRunner } from './handler-runner.ts';
import { performAction } from './perform-action.ts';
import type { RunListener } from './run-listener.ts';
import type { ContainerExit, LogLine, PodRuntime, RuntimeListener } from './runtime-service.ts';

export interface PodWorkerOptions {
  readonly clock: Clock;
  readonly handlers: HandlerRunner;
  readonly listener: RunListener;
  readonly lifecycle?: Partial<LifecycleOptions>;
  /** Makes UIDs for Events. */
  readonly newUID: () => string;
}

/**
 * Runs one Pod: feeds what happens to the core and performs what the core decides, as soon as it decides it. Nothing is decided
 * here. It is the listener that the Pod's runtime reports to.
 */
export class PodWorker implements RuntimeListener {
  readonly key: string;
  /** Settles when the Pod has ended and everything of it is gone: with the Pod as it was last. */
  readonly ended: Promise<Pod>;
  readonly #options: PodWorkerOptions;
  readonly #recorder: EventRecorder;
  readonly #state: PodState;
  readonly #queue: Observation[] = [];
  #runtime: PodRuntime | undefined;
  #running = false;
  #isFinished = false;
  #cancelWake: (() => void) | undefined;
  #pod: Pod;
  #revision = 0;
  #published = '';
  #waits: readonly Wait[] = [];
  #resolveEnded: (pod: Pod) => void = () => undefined;

  constructor(pod: Pod, options: PodWorkerOptions) {
    const now = options.clock.now();
    this.key = `${pod.metadata.namespace}/${pod.metadata.name}`;
    this.#options = options;
    this.#recorder = new EventRecorder(options.newUID);
    const metadata = { ...pod.metadata, creationTimestamp: apiTime(now), generation: 1 };
    this.#pod = { ...pod, metadata, status: { phase: 'Pending', qosClass: qosClass(pod) } };
    this.#state = createPodState(this.#pod, now, options.lifecycle);
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
  }

  /** The Pod with its status as it is now. */
  get pod(): Pod {
    return this.#pod;
  }

  /** `runtime` must have been made with this worker as its listener. */
  start(runtime: PodRuntime): void {
    this.#runtime = runtime;
    this.#watch('ADDED', this.#pod);
    this.#run();
  }

  /** Deletes the Pod; again with fewer seconds, it shortens what is under way. Undefined: the Pod's own grace period. */
  delete(graceSeconds: number | undefined): void {
    this.#observe({ type: 'DeletionRequested', graceSeconds });
  }

  /** Takes over a changed spec: images, and a deadline that is set or shortened. */
  update(pod: Pod): void {
    this.#pod = { ...pod, metadata: { ...pod.metadata, generation: (this.#pod.metadata.generation ?? 1) + 1 }, status: this.#pod.status };
    this.#observe({ type: 'PodUpdated', pod: this.#pod });
  }

  containerExited(exit: ContainerExit): void {
    const { name, ...rest } = exit;
    this.#observe({ type: 'ContainerExited', container: name, ...rest });
  }

  sandboxLost(sandboxID: string): void {
    this.#observe({ type: 'SandboxLost', id: sandboxID });
  }

  evicted(message: string): void {
    this.#observe({ type: 'Evicted', message });
  }

  output(line: LogLine): void {
    this.#options.listener.output(this.key, line);
  }

  #observe(observation: Observation): void {
    this.#queue.push(observation);
    this.#run();
  }

  #run(): void {
    if (this.#running || this.#runtime === undefined || this.#isFinished) return;
    this.#running = true;
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    for (let again = true; again;) {
      const now = this.#options.clock.now();
      const { actions, events, wakeAt, status, finished } = step(this.#state, now, this.#queue.splice(0, 1));
      this.#isFinished = finished;
      for (const event of events) this.#recordEvent(event, now);
      if (status !== undefined) this.#publish(status);
      this.#reportWaits(now);
      for (const action of actions) this.#perform(action);
      again = !finished && (this.#queue.length > 0 || (wakeAt !== undefined && wakeAt <= now));
      if (!again && !finished && wakeAt !== undefined) this.#cancelWake = this.#options.clock.at(wakeAt, () => this.#run());
    }
    this.#running = false;
    if (this.#isFinished) void this.#finish();
  }

  #perform(action: Action): void {
    const runtime = this.#runtime;
    if (runtime === undefined) return;
    const sandboxID = this.#state.sandbox.id;
    const report = (observation: Observation): void => {
      // What was under way in a sandbox that is gone says nothing about the new one.
      if ('container' in observation && this.#state.sandbox.id !== sandboxID) return;
      this.#observe(observation);
    };
    const { clock, handlers } = this.#options;
    void performAction(action, { pod: this.#pod, state: this.#state, runtime, handlers, clock, report }).then((outcome) => {
      if (outcome !== undefined && action.type === 'RunProbe') {
        this.#options.listener.probe(this.key, { container: action.container, kind: action.kind, time: clock.now(), ...outcome });
      }
    });
  }

  #publish(status: PodStatus): void {
    const { deletion } = this.#state;
    const deleted =
      deletion === undefined
        ? {}
        : {
            deletionTimestamp: apiTime(deletion.requestedAt + deletion.graceSeconds * 1000),
            deletionGracePeriodSeconds: this.#state.finished ? 0 : deletion.graceSeconds,
          };
    const pod: Pod = { ...this.#pod, metadata: { ...this.#pod.metadata, ...deleted }, status };
    const text = JSON.stringify([deleted, status]);
    this.#pod = pod;
    if (text === this.#published) return;
    this.#published = text;
    this.#watch('MODIFIED', pod);
  }

  #watch(type: WatchEvent['type'], pod: Pod): void {
    this.#revision += 1;
    this.#pod = { ...pod, metadata: { ...pod.metadata, resourceVersion: String(this.#revision) } };
    this.#options.listener.watch({ type, time: new Date(this.#options.clock.now()).toISOString(), object: this.#pod });
  }

  #recordEvent(event: PodEvent, now: number): void {
    const { type, object } = this.#recorder.record(this.#pod, event, now);
    this.#options.listener.watch({ type, time: new Date(now).toISOString(), object });
  }

  #reportWaits(now: number): void {
    const waits = trackWaits(this.#waits, this.#state, now);
    if (JSON.stringify(waits) === JSON.stringify(this.#waits)) return;
    this.#waits = waits;
    this.#options.listener.waits(this.key, waits);
  }

  async #finish(): Promise<void> {
    this.#cancelWake?.();
    await this.#runtime?.removePod();
    if (this.#state.deletion !== undefined) this.#watch('DELETED', this.#pod);
    this.#options.listener.ended(this.#pod);
    this.#resolveEnded(this.#pod);
  }
}
