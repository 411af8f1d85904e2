import { afterFailedPod } from '../engine/job.ts';
import type { JobRules } from '../pod/job-rules.ts';
import type { Pod } from '../pod/types.ts';
import { restartSchedule } from './restart-schedule.ts';

/** How a Job answers failures, by the rules of its controller. */
export interface JobFacts {
  readonly backoffLimit: number;
  readonly suspended: boolean;
  readonly activeDeadlineSeconds?: number;
  /** Policy Never: seconds until each next Pod is created, if all fail; one more failure fails the Job. */
  readonly replacementDelaysSeconds?: readonly number[];
  /** Policy OnFailure: all restarts in the Pod count together, those of init containers and sidecars too. */
  readonly restartsUntilFailed?: number;
  /** Policy OnFailure: how long that takes, if one container fails as soon as it starts, each time. */
  readonly failedAfterSeconds?: number;
  /** The rules of podFailurePolicy, which are asked before backoffLimit. */
  readonly podFailurePolicy: readonly { readonly action: string; readonly on: string }[];
}

/** A list longer than this tells nothing more. */
const mostShown = 12;

export function jobFacts(pod: Pod, job: JobRules): JobFacts {
  const { backoffLimit, activeDeadlineSeconds, suspend } = job;
  return {
    backoffLimit,
    suspended: suspend === true,
    ...(activeDeadlineSeconds !== undefined && { activeDeadlineSeconds }),
    ...(pod.spec.restartPolicy === 'OnFailure' ? restartLimit(job) : { replacementDelaysSeconds: replacementDelays(pod, job) }),
    podFailurePolicy: (job.podFailurePolicy?.rules ?? []).map(({ action, onExitCodes, onPodConditions }) => ({
      action,
      on:
        onExitCodes === undefined
          ? `condition ${(onPodConditions ?? []).map(({ type, status }) => `${type}=${status}`).join(' or ')}`
          : `exit code ${onExitCodes.operator === 'NotIn' ? 'other than ' : ''}${onExitCodes.values.join(', ')}${onExitCodes.containerName === undefined ? '' : ` of ${onExitCodes.containerName}`}`,
    })),
  };
}

function replacementDelays(pod: Pod, job: JobRules): number[] {
  const delays: number[] = [];
  for (let failed = 0; delays.length < mostShown;) {
    const decision = afterFailedPod(job, failed, pod);
    if (decision.kind === 'fail') break;
    delays.push(decision.delayMs / 1000);
    failed = decision.failedPods;
  }
  return delays;
}

/** The Job has failed as soon as there are backoffLimit restarts, and never without one. */
function restartLimit({ backoffLimit }: JobRules): Pick<JobFacts, 'restartsUntilFailed' | 'failedAfterSeconds'> {
  const restarts = Math.max(1, backoffLimit);
  const last = restartSchedule({ count: Math.min(restarts, mostScheduled) }).at(-1);
  return { restartsUntilFailed: restarts, ...(restarts <= mostScheduled && last && { failedAfterSeconds: last.atSeconds }) };
}

const mostScheduled = 1000;
