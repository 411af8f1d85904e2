import { createPodState } from '../lifecycle/create-state.ts';
import type { Action } from '../lifecycle/action.ts';
import type { Observation } from '../lifecycle/observation.ts';
import type { LifecycleOptions, PodState } from '../lifecycle/state.ts';
import { step } from '../lifecycle/step.ts';
import type { Pod } from '../pod/types.ts';
import type { Clock } from './clock.ts';
import type { HandlerRunner } from './handler-runner.ts';
import { performAction } from './perform-action.ts';
import { PodPublisher } from './pod-publisher.ts';
import type { RunListener } from './run-listener.ts';
import type { ContainerExit, LogLine, PodRuntime, PullProgress, RuntimeListener } from './runtime-service.ts';

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
  readonly #publisher: PodPublisher;
  readonly #state: PodState;
  readonly #queue: Observation[] = [];
  #runtime: PodRuntime | undefined;
  #running = false;
  #isFinished = false;
  #cancelWake: (() => void) | undefined;
  #resolveEnded: (pod: Pod) => void = () => undefined;

  constructor(pod: Pod, options: PodWorkerOptions) {
    const now = options.clock.now();
    this.#options = options;
    this.#publisher = new PodPublisher(pod, now, options.listener, options.newUID);
    this.key = this.#publisher.key;
    this.#state = createPodState(this.#publisher.pod, now, options.lifecycle);
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
  }

  /** The Pod with its status as it is now. */
  get pod(): Pod {
    return this.#publisher.pod;
  }

  /** `runtime` must have been made with this worker as its listener. */
  start(runtime: PodRuntime): void {
    this.#runtime = runtime;
    this.#publisher.created(this.#options.clock.now());
    this.#run();
  }

  /** Deletes the Pod; again with fewer seconds, it shortens what is under way. Undefined: the Pod's own grace period. */
  delete(graceSeconds: number | undefined): void {
    this.#observe({ type: 'DeletionRequested', graceSeconds });
  }

  /** Takes over a changed spec: images, and a deadline that is set or shortened. */
  update(pod: Pod): void {
    this.#observe({ type: 'PodUpdated', pod: this.#publisher.updated(pod) });
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

  pullProgress(container: string, progress: PullProgress): void {
    this.#options.listener.pull?.(this.key, container, progress);
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
      const result = step(this.#state, now, this.#queue.splice(0, 1));
      const { actions, wakeAt, finished } = result;
      this.#isFinished = finished;
      this.#publisher.stepped(result, this.#state, now);
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
    void performAction(action, { pod: this.pod, state: this.#state, runtime, handlers, clock, report }).then((outcome) => {
      if (outcome !== undefined && action.type === 'RunProbe') {
        this.#options.listener.probe(this.key, { container: action.container, kind: action.kind, time: clock.now(), ...outcome });
      }
    });
  }

  async #finish(): Promise<void> {
    this.#cancelWake?.();
    await this.#runtime?.removePod();
    this.#publisher.ended(this.#state.deletion !== undefined, this.#options.clock.now());
    this.#resolveEnded(this.pod);
  }
}
