import type { Clock } from '../engine/clock.ts';
import type { HandlerRunner } from '../engine/handler-runner.ts';
import { afterFailedPod, backoffLimitExceeded, hasTooManyRestarts, jobDeadlineExceeded } from '../engine/job.ts';
import type { JobDecision } from '../engine/job.ts';
import { PodWorker } from '../engine/pod-worker.ts';
import type { RunListener } from '../engine/run-listener.ts';
import type { RuntimeService } from '../engine/runtime-service.ts';
import type { LifecycleOptions } from '../lifecycle/state.ts';
import { namespaceReferences } from '../manifest/references.ts';
import type { ReferenceEnvironment, ReferenceObjects } from '../manifest/references.ts';
import type { Workload } from '../manifest/workload.ts';
import type { JobRules } from '../pod/job-rules.ts';
import type { Pod } from '../pod/types.ts';
import type { Ending } from './exit-code.ts';

export interface SessionOptions {
  readonly workloads: readonly Workload[];
  readonly objects: ReferenceObjects;
  readonly runtime: RuntimeService;
  readonly handlers: HandlerRunner;
  readonly clock: Clock;
  readonly listener: RunListener;
  /** One line for the person. */
  readonly notice: (message: string) => void;
  readonly newUID: () => string;
  readonly initFailure: LifecycleOptions['initFailure'] | undefined;
  readonly environment: Omit<ReferenceEnvironment, 'pods'>;
}

/** All that one `outrider run` runs: a worker for each Pod, and for each Job what the Job controller would do. */
export class Session {
  readonly #options: SessionOptions;
  readonly #workers = new Map<string, PodWorker>();
  #requestedAt: number | undefined;
  #graceSeconds: number | undefined;
  #onRequest: (() => void)[] = [];

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** Resolves when everything has ended, with how each workload did. */
  run(): Promise<Ending[]> {
    return Promise.all(
      this.#options.workloads.map((workload) =>
        workload.job === undefined ? this.#runPod(workload.pod) : this.#runJob(workload, workload.job),
      ),
    );
  }

  /** Deletes every Pod. Undefined: each with its own grace period. Again with fewer seconds, it shortens what is under way. */
  delete(graceSeconds: number | undefined): void {
    this.#requestedAt ??= this.#options.clock.now();
    this.#graceSeconds = graceSeconds;
    for (const worker of this.#workers.values()) worker.delete(graceSeconds);
    for (const wake of this.#onRequest.splice(0)) wake();
  }

  #runPod(pod: Pod): Promise<Ending> {
    return this.#startPod(pod).ended.then((ended) => this.#ending(ended));
  }

  async #runJob(workload: Workload, job: NonNullable<Workload['job']>): Promise<Ending> {
    if (job.suspend) {
      this.#options.notice(`Job ${workload.name} is suspended (spec.suspend): its Pod is not created`);
      return this.#ending({ ...workload.pod, status: { ...workload.pod.status, phase: 'Succeeded' } });
    }
    const { clock } = this.#options;
    const deadline = job.activeDeadlineSeconds === undefined ? undefined : clock.now() + job.activeDeadlineSeconds * 1000;
    let failedPods = 0;
    for (let pod = workload.pod; ; pod = this.#replacement(pod)) {
      const { ended, stopped } = await this.#runJobPod(pod, job, deadline);
      if (ended.status.phase === 'Succeeded' && stopped === undefined) return this.#ending(ended);
      const decision = stopped ?? afterFailedPod(job, failedPods, ended);
      if (this.#requestedAt !== undefined) return this.#ending(ended);
      if (decision.kind === 'fail') {
        this.#options.notice(`Job ${workload.name} failed: ${decision.reason}: ${decision.message}`);
        return this.#ending({ ...ended, status: { ...ended.status, phase: 'Failed' } });
      }
      failedPods = decision.failedPods;
      this.#options.notice(
        `Job ${workload.name}: Pod ${ended.metadata.name} failed, the next one is created in ${decision.delayMs / 1000} s`,
      );
      if (!(await this.#pause(decision.delayMs, deadline))) return this.#ending(ended);
    }
  }

  /** One Pod of a Job; `stopped` says why the controller ended it early. */
  async #runJobPod(pod: Pod, job: JobRules, deadline: number | undefined): Promise<{ ended: Pod; stopped: JobDecision | undefined }> {
    let stopped: JobDecision | undefined;
    const worker = this.#startPod(pod, (current) => {
      if (stopped === undefined && hasTooManyRestarts(job, current)) stop(backoffLimitExceeded);
    });
    const stop = (decision: JobDecision): void => {
      stopped ??= decision;
      worker.delete(undefined);
    };
    const cancel = deadline === undefined ? undefined : this.#options.clock.at(deadline, () => stop(jobDeadlineExceeded));
    const ended = await worker.ended;
    cancel?.();
    return { ended, stopped };
  }

  #startPod(pod: Pod, onChange?: (pod: Pod) => void): PodWorker {
    const { clock, handlers, listener, newUID, objects, runtime, initFailure, environment } = this.#options;
    const worker = new PodWorker(pod, {
      clock,
      handlers,
      newUID,
      listener: onChange === undefined ? listener : watching(listener, onChange),
      lifecycle: { runtimeName: runtime.name, initFailure: initFailure ?? annotatedInitFailure(pod) },
    });
    this.#workers.set(worker.key, worker);
    const pods = (): Pod[] => [...this.#workers.values()].map((other) => other.pod);
    const references = namespaceReferences(objects, pod.metadata.namespace, { ...environment, pods });
    worker.start(runtime.pod(pod, references, worker));
    if (this.#requestedAt !== undefined) worker.delete(this.#graceSeconds);
    void worker.ended.then(() => this.#workers.delete(worker.key));
    return worker;
  }

  #replacement(pod: Pod): Pod {
    const uid = this.#options.newUID();
    const { generateName = `${pod.metadata.name}-` } = pod.metadata;
    return { ...pod, metadata: { ...pod.metadata, uid, name: `${generateName}${uid.slice(0, 5)}` } };
  }

  /** False when the end was asked for, or the deadline came, before the time was over. */
  #pause(ms: number, deadline: number | undefined): Promise<boolean> {
    const { clock } = this.#options;
    const end = Math.min(clock.now() + ms, deadline ?? Infinity);
    return new Promise((resolve) => {
      const cancel = clock.at(end, () => resolve(end !== deadline));
      this.#onRequest.push(() => {
        cancel();
        resolve(false);
      });
    });
  }

  #ending(pod: Pod): Ending {
    return { pod, requestedAt: this.#requestedAt };
  }
}

/** The annotation that chooses for one Pod what `--init-failure` chooses for all. */
const initFailureAnnotation = 'outrider/init-failure';

export function annotatedInitFailure({ metadata }: Pod): LifecycleOptions['initFailure'] {
  return metadata.annotations?.[initFailureAnnotation] === 'restart-pod' ? 'restart-pod' : 'restart';
}

function watching(listener: RunListener, onChange: (pod: Pod) => void): RunListener {
  return {
    watch(event) {
      listener.watch(event);
      // What follows from a change is done after it was told.
      if (event.object.kind === 'Pod') queueMicrotask(() => onChange(event.object as Pod));
    },
    output: (pod, line) => listener.output(pod, line),
    waits: (pod, waits) => listener.waits(pod, waits),
    probe: (pod, probe) => listener.probe(pod, probe),
    ended: (pod) => listener.ended(pod),
  };
}
