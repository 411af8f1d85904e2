import type { Clock } from '../engine/clock.ts';
import { afterFailedPod, backoffLimitExceeded, hasTooManyRestarts, jobDeadlineExceeded } from '../engine/job.ts';
import type { JobDecision } from '../engine/job.ts';
import type { Pod } from '../pod/types.ts';
import type { JobProgress } from './pod-record.ts';
import type { SupervisedPod } from './supervised-pod.ts';

/** How a workload's run came to its end. */
export interface Ending {
  readonly pod: Pod;
  /** When the end was asked for, in milliseconds since the epoch; undefined: it ended by itself. */
  readonly requestedAt: number | undefined;
}

export interface WorkloadRunOptions {
  readonly clock: Clock;
  /** One line for the person. */
  readonly notice: (line: string) => void;
  /** Creates and runs the Pod that follows a failed one of a Job. */
  readonly replace: (failed: SupervisedPod, progress: JobProgress) => Promise<SupervisedPod>;
}

/** One workload: a Pod, or for a Job one Pod after the other, as the Job controller would replace them. */
export class WorkloadRun {
  /** Settles when it is over. */
  readonly ended: Promise<Ending>;
  readonly #options: WorkloadRunOptions;
  #pod: SupervisedPod;
  #requestedAt: number | undefined;
  #graceSeconds: number | undefined;
  #onChange: () => void = () => undefined;
  #onRequest: () => void = () => undefined;

  constructor(pod: SupervisedPod, options: WorkloadRunOptions) {
    this.#pod = pod;
    this.#options = options;
    const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = pod.pod.metadata;
    if (deletionTimestamp !== undefined) this.#requestedAt = Date.parse(deletionTimestamp) - deletionGracePeriodSeconds * 1000;
    const { job } = pod.record.workload;
    this.ended = job === undefined ? this.#pod.ended.then((last) => this.#ending(last)) : this.#runJob(job);
  }

  /** The newest of its Pods. */
  get pod(): SupervisedPod {
    return this.#pod;
  }

  /** Deletes its Pod, and none follows. Undefined: the Pod's own grace period. Again with fewer seconds, it shortens. */
  delete(graceSeconds: number | undefined): void {
    this.#requestedAt ??= this.#options.clock.now();
    this.#graceSeconds = graceSeconds;
    this.#pod.delete(graceSeconds);
    this.#onRequest();
  }

  /** Its Pod's status changed. */
  changed(): void {
    this.#onChange();
  }

  async #runJob(first: JobProgress): Promise<Ending> {
    const { rules, startedAt } = first;
    const { clock, notice } = this.#options;
    const deadline = rules.activeDeadlineSeconds === undefined ? undefined : startedAt + rules.activeDeadlineSeconds * 1000;
    for (let progress = first; ;) {
      const { name } = this.#pod.record.workload;
      const { last, stopped } = await this.#runJobPod(rules, deadline);
      if (progress.done || this.#isRequested()) return this.#ending(last);
      const hasSucceeded = last.status.phase === 'Succeeded' && stopped === undefined;
      const decision = hasSucceeded ? undefined : (stopped ?? afterFailedPod(rules, progress.failedPods, last));
      if (decision?.kind !== 'replace') this.#pod.amend({ workload: { ...this.#pod.record.workload, job: { ...progress, done: true } } });
      if (decision === undefined) return this.#ending(last);
      if (decision.kind === 'fail') {
        notice(`Job ${name} failed: ${decision.reason}: ${decision.message}`);
        return this.#ending({ ...last, status: { ...last.status, phase: 'Failed' } });
      }
      notice(`Job ${name}: Pod ${last.metadata.name} failed, the next one is created in ${decision.delayMs / 1000} s`);
      if (!(await this.#pause(clock.now() + decision.delayMs, deadline))) return this.#ending(last);
      progress = { ...progress, failedPods: decision.failedPods };
      this.#pod = await this.#options.replace(this.#pod, progress);
      if (this.#isRequested()) this.#pod.delete(this.#graceSeconds);
    }
  }

  /** One Pod of a Job; `stopped` says why the controller ended it early. */
  async #runJobPod(
    rules: JobProgress['rules'],
    deadline: number | undefined,
  ): Promise<{ readonly last: Pod; readonly stopped: JobDecision | undefined }> {
    const pod = this.#pod;
    const reasons: JobDecision[] = [];
    const stop = (decision: JobDecision): void => {
      reasons.push(decision);
      pod.delete(undefined);
    };
    this.#onChange = () => {
      if (reasons.length === 0 && hasTooManyRestarts(rules, pod.pod)) stop(backoffLimitExceeded);
    };
    const cancel = deadline === undefined ? undefined : this.#options.clock.at(deadline, () => stop(jobDeadlineExceeded));
    const last = await pod.ended;
    this.#onChange = () => undefined;
    cancel?.();
    return { last, stopped: reasons[0] };
  }

  /** False when the end was asked for, or the deadline came, before `time`. */
  #pause(time: number, deadline: number | undefined): Promise<boolean> {
    const end = Math.min(time, deadline ?? Infinity);
    return new Promise((resolve) => {
      const cancel = this.#options.clock.at(end, () => resolve(end !== deadline));
      this.#onRequest = () => {
        cancel();
        resolve(false);
      };
    });
  }

  #isRequested(): boolean {
    return this.#requestedAt !== undefined;
  }

  #ending(pod: Pod): Ending {
    return { pod, requestedAt: this.#requestedAt };
  }
}
