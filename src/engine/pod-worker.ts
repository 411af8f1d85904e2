import { createPodState } from '../lifecycle/create-state.ts';
import type { RuntimeReport } from '../lifecycle/create-state.ts';
import type { Action } from '../lifecycle/action.ts';
import type { Observation } from '../lifecycle/observation.ts';
import type { LifecycleOptions, PodState } from '../lifecycle/state.ts';
import { step } from '../lifecycle/step.ts';
import type { Wait } from '../lifecycle/wait.ts';
import type { ApiEvent, Pod } from '../pod/types.ts';
import type { Clock } from './clock.ts';
import type { HandlerRunner } from './handler-runner.ts';
import { lostReport } from './lost-report.ts';
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
  /** One line for the person, on what keeps the Pod from going on. */
  readonly notice: (line: string) => void;
  /** Of a Pod that is taken over: what was told of it before. */
  readonly events?: readonly ApiEvent[];
}

/**
 * Runs one Pod: feeds what happens to the core and performs what the core decides, as soon as it decides it. Nothing is decided
 * here. It is the listener that the Pod's runtime reports to. A Pod that was supervised before comes as it was published last, with its
 * creationTimestamp and status, and is taken over.
 */
export class PodWorker implements RuntimeListener {
  readonly key: string;
  /** Settles when the Pod has ended and everything of it is gone: with the Pod as it was last. */
  readonly ended: Promise<Pod>;
  readonly #options: PodWorkerOptions;
  readonly #publisher: PodPublisher;
  readonly #queue: Observation[] = [];
  #state: PodState | undefined;
  #runtime: PodRuntime | undefined;
  #running = false;
  #isFinished = false;
  #isReleased = false;
  #cancelWake: (() => void) | undefined;
  #resolveEnded: (pod: Pod) => void = () => undefined;

  constructor(pod: Pod, options: PodWorkerOptions) {
    const now = options.clock.now();
    this.#options = options;
    this.#publisher = new PodPublisher(pod, now, options.listener, options.newUID, options.events);
    this.key = this.#publisher.key;
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
  }

  /** The Pod with its status as it is now. */
  get pod(): Pod {
    return this.#publisher.pod;
  }

  get waits(): readonly Wait[] {
    return this.#publisher.waits;
  }

  /** `runtime` must have been made with this worker as its listener. */
  start(runtime: PodRuntime): void {
    this.#runtime = runtime;
    this.#begin(undefined);
  }

  /**
   * Goes on with a Pod that was supervised before, from what the runtime still has of it; resolves when that is known. Until the
   * runtime can say it, it is asked again.
   */
  async takeOver(runtime: PodRuntime): Promise<void> {
    this.#runtime = runtime;
    const { clock } = this.#options;
    const found = await this.#insist('what is left of it is not known', () => runtime.recover());
    if (this.#isReleased) return;
    const { pod } = this.#publisher;
    this.#begin(found === undefined ? lostReport(pod, clock.now()) : { ...found, status: pod.status });
  }

  /** Lets go of the Pod: nothing is done about it any more, and what runs goes on. */
  release(): void {
    this.#isReleased = true;
    this.#cancelWake?.();
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

  #begin(report: RuntimeReport | undefined): void {
    const now = this.#options.clock.now();
    this.#state = createPodState(this.#publisher.pod, now, this.#options.lifecycle, report);
    this.#publisher.created(now);
    this.#run();
  }

  #observe(observation: Observation): void {
    this.#queue.push(observation);
    this.#run();
  }

  #run(): void {
    const state = this.#state;
    if (this.#running || state === undefined || this.#isFinished || this.#isReleased) return;
    this.#running = true;
    this.#cancelWake?.();
    this.#cancelWake = undefined;
    for (let again = true; again;) {
      const now = this.#options.clock.now();
      const result = step(state, now, this.#queue.splice(0, 1));
      const { actions, wakeAt, finished } = result;
      this.#isFinished = finished;
      this.#publisher.stepped(result, state, now);
      for (const action of actions) this.#perform(action, state);
      again = !finished && (this.#queue.length > 0 || (wakeAt !== undefined && wakeAt <= now));
      if (!again && !finished && wakeAt !== undefined) this.#cancelWake = this.#options.clock.at(wakeAt, () => this.#run());
    }
    this.#running = false;
    if (this.#isFinished) void this.#finish(state);
  }

  #perform(action: Action, state: PodState): void {
    const runtime = this.#runtime;
    if (runtime === undefined) return;
    const sandboxID = state.sandbox.id;
    const report = (observation: Observation): void => {
      // What was under way in a sandbox that is gone says nothing about the new one.
      if ('container' in observation && state.sandbox.id !== sandboxID) return;
      this.#observe(observation);
    };
    const { clock, handlers } = this.#options;
    const since = clock.now();
    void performAction(action, { pod: this.pod, state, runtime, handlers, clock, report }).then((outcome) => {
      if (outcome !== undefined && action.type === 'RunProbe') {
        const time = clock.now();
        const { container, kind } = action;
        this.#options.listener.probe(this.key, { container, kind, time, durationMs: time - since, ...outcome });
      }
    });
  }

  async #finish(state: PodState): Promise<void> {
    this.#cancelWake?.();
    const { clock } = this.#options;
    await this.#insist('it cannot be removed', async () => this.#runtime?.removePod());
    if (this.#isReleased) return;
    this.#publisher.ended(state.deletion !== undefined, clock.now());
    this.#resolveEnded(this.pod);
  }

  /** Tries again until it works: the engine may be away for a while. The person is told once. Not settled once the Pod is let go of. */
  async #insist<T>(problem: string, work: () => Promise<T>): Promise<T> {
    const { clock, notice } = this.#options;
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt === 1) notice(`Pod ${this.key}: ${problem}, which is tried again: ${(error as Error).message}`);
        await new Promise<void>((resolve) => clock.at(clock.now() + retryMs, resolve));
      }
      if (this.#isReleased) return new Promise(() => undefined);
    }
  }
}

/** How long after a failed attempt the runtime is asked again. */
const retryMs = 1000;
