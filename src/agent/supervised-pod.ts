import type { Clock } from '../engine/clock.ts';
import type { HandlerRunner } from '../engine/handler-runner.ts';
import { annotatedInitFailure } from '../engine/init-failure.ts';
import { PodWorker } from '../engine/pod-worker.ts';
import type { RunListener } from '../engine/run-listener.ts';
import type { PodRuntime, RuntimeListener, RuntimeService } from '../engine/runtime-service.ts';
import type { LifecycleOptions } from '../lifecycle/state.ts';
import type { Wait } from '../lifecycle/wait.ts';
import type { ApiEvent, Pod } from '../pod/types.ts';
import { podKey } from './pod-record.ts';
import type { PodRecord } from './pod-record.ts';
import type { PodStore } from './pod-store.ts';

export interface SupervisedPodOptions {
  readonly clock: Clock;
  readonly handlers: HandlerRunner;
  readonly newUID: () => string;
  readonly store: PodStore;
  readonly listener: RunListener;
  /** Makes the Pod's part of its runtime. Rejects while there is none to be had. */
  readonly runtime: (pod: SupervisedPod, listener: RuntimeListener) => Promise<PodRuntime>;
  /** One line for the person. */
  readonly notice: (line: string) => void;
}

/** One Pod of a supervisor: the worker that runs it, and its record, which follows what the worker tells. */
export class SupervisedPod {
  readonly key: string;
  /** Settles when the Pod has ended and everything of it is gone: with the Pod as it was last. */
  readonly ended: Promise<Pod>;
  /** Which runtime it is on; set by whoever finds it. */
  service: RuntimeService | undefined;
  readonly #options: SupervisedPodOptions;
  readonly #events = new Map<string, ApiEvent>();
  #record: PodRecord;
  #worker: PodWorker | undefined;
  #runtime: PodRuntime | undefined;
  #deletion: { readonly graceSeconds: number | undefined } | undefined;
  #isReleased = false;
  #isSuspended = false;
  #resolveEnded: (pod: Pod) => void = () => undefined;

  constructor(record: PodRecord, options: SupervisedPodOptions) {
    this.key = podKey(record.pod);
    this.#record = record;
    this.#options = options;
    for (const event of record.events) this.#events.set(event.metadata?.uid ?? '', event);
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
    if (record.ended) this.#resolveEnded(record.pod);
  }

  get record(): PodRecord {
    return this.#record;
  }

  get pod(): Pod {
    return this.#record.pod;
  }

  /** The last ones. */
  get events(): readonly ApiEvent[] {
    return [...this.#events.values()];
  }

  get waits(): readonly Wait[] {
    return this.#worker?.waits ?? [];
  }

  /** Undefined before its runtime is there, and once it has ended. */
  get runtime(): PodRuntime | undefined {
    return this.#record.ended ? undefined : this.#runtime;
  }

  /** Runs the Pod, or goes on with it where it was supervised before; an ended one stays as it is. */
  async run(): Promise<void> {
    if (this.#record.ended) return;
    const { clock, handlers, newUID, notice } = this.#options;
    const isNew = this.#record.pod.metadata.creationTimestamp === undefined;
    const listener = reportingTo(() => this.#worker);
    const pod = await this.#insist(() => this.#options.runtime(this, listener));
    if (this.#isReleased) return;
    this.#runtime = pod;
    const worker = new PodWorker(this.#record.pod, {
      clock,
      handlers,
      newUID,
      notice,
      listener: this.#listener(),
      lifecycle: { runtimeName: this.service?.name ?? this.#record.runtime, initFailure: this.#initFailure() },
      events: this.#record.events,
    });
    this.#worker = worker;
    void worker.ended.then((ended) => this.#resolveEnded(ended));
    if (this.#deletion !== undefined) worker.delete(this.#deletion.graceSeconds);
    if (isNew) worker.start(pod);
    else await worker.takeOver(pod);
  }

  /** Undefined: the Pod's own grace period. */
  delete(graceSeconds: number | undefined): void {
    this.#deletion = { graceSeconds };
    this.#worker?.delete(graceSeconds);
  }

  /** Takes over a changed spec: images, a deadline that is set or shortened, further ephemeral containers. */
  update(spec: Pod['spec'], definition: PodRecord['definition'] = this.#record.definition): void {
    const { ephemeralContainers } = this.pod.spec;
    const pod = { ...this.pod, spec: { ...(ephemeralContainers && { ephemeralContainers }), ...spec } };
    this.#save({ pod, definition });
    this.#worker?.update(pod);
  }

  /** Changes what is kept beside the Pod. */
  amend(changes: Partial<Pick<PodRecord, 'workload' | 'objects' | 'supervisor' | 'origin'>>): void {
    this.#save(changes);
  }

  /** Nothing is done about it any more; somebody else may take it over. */
  release(): void {
    this.#isReleased = true;
    this.#worker?.release();
  }

  /**
   * Lets go of it: what outlives this process goes on, anything else is ended with its grace period. In both cases the record says how it
   * was before, so that it goes on when it is taken over.
   */
  async letGo(): Promise<void> {
    const worker = this.#record.outlives ? undefined : this.#worker;
    if (worker === undefined) {
      this.release();
      return;
    }
    this.#isSuspended = true;
    worker.delete(undefined);
    await this.ended;
  }

  /** What the worker tells goes into the record, then to whoever listens. */
  #listener(): RunListener {
    const { listener } = this.#options;
    return {
      watch: (event) => {
        if (event.object.kind === 'Pod') this.#save({ pod: event.object as Pod });
        else this.#keep(event.object as ApiEvent);
        listener.watch(event);
      },
      output: (pod, line) => listener.output(pod, line),
      waits: (pod, waits) => listener.waits(pod, waits),
      probe: (pod, probe) => listener.probe(pod, probe),
      pull: (pod, container, progress) => listener.pull?.(pod, container, progress),
      ended: (pod) => {
        this.#save({ pod, ended: true });
        listener.ended(pod);
      },
    };
  }

  #keep(event: ApiEvent): void {
    // The newest stands last.
    this.#events.delete(event.metadata?.uid ?? '');
    this.#events.set(event.metadata?.uid ?? '', event);
    const [oldest] = this.#events.keys();
    if (this.#events.size > mostEvents && oldest !== undefined) this.#events.delete(oldest);
    this.#save({});
  }

  #save(changes: Partial<PodRecord>): void {
    this.#record = { ...this.#record, ...changes, events: this.events };
    if (!this.#isSuspended) this.#options.store.put(this.#record);
  }

  #initFailure(): LifecycleOptions['initFailure'] {
    return this.#record.options.initFailure ?? annotatedInitFailure(this.pod);
  }

  /** Tries again until there is a runtime; the person is told once. */
  async #insist<T>(work: () => Promise<T>): Promise<T> {
    const { clock, notice } = this.#options;
    for (let attempt = 0; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (attempt === 0) notice(`Pod ${this.key} waits for its runtime: ${(error as Error).message}`);
        await new Promise<void>((resolve) => clock.at(clock.now() + retryMs, resolve));
      }
    }
  }
}

/** The worker is made after its runtime, which reports to it. */
function reportingTo(worker: () => PodWorker | undefined): RuntimeListener {
  return {
    containerExited: (exit) => worker()?.containerExited(exit),
    sandboxLost: (id) => worker()?.sandboxLost(id),
    evicted: (message) => worker()?.evicted(message),
    output: (line) => worker()?.output(line),
    pullProgress: (container, progress) => worker()?.pullProgress(container, progress),
  };
}

/** How many Events of a Pod are kept. */
const mostEvents = 100;

/** How long after a failed attempt the runtime is asked for again. */
const retryMs = 2000;
