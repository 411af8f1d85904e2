import type { JobRules } from '../pod/job-rules.ts';
import type { Api, ContainerStatus, Pod } from '../pod/types.ts';

/** What becomes of a Job after one of its Pods has failed. */
export type JobDecision =
  | { readonly kind: 'fail'; readonly reason: string; readonly message: string }
  /** Another Pod is created after `delayMs`; `failedPods` counts towards the backoffLimit. */
  | { readonly kind: 'replace'; readonly delayMs: number; readonly failedPods: number };

/**
 * The Job controller's answer to a failed Pod: the podFailurePolicy first, then the backoffLimit; replacements wait 10 s, 20 s,
 * 40 s and so on, six minutes at most.
 *
 * @param failedPods - How many counted before this one.
 */
export function afterFailedPod(rules: JobRules, failedPods: number, pod: Pod): JobDecision {
  const action = policyAction(rules.podFailurePolicy, pod);
  if (action === 'FailJob' || action === 'FailIndex') {
    return { kind: 'fail', reason: 'PodFailurePolicy', message: `Pod ${pod.metadata.name} matched a rule of the podFailurePolicy` };
  }
  const failed = action === 'Ignore' ? failedPods : failedPods + 1;
  if (failed > rules.backoffLimit) return backoffLimitExceeded;
  return { kind: 'replace', delayMs: Math.min(firstDelayMs * 2 ** Math.max(0, failed - 1), longestDelayMs), failedPods: failed };
}

/** Restarts within one Pod (policy OnFailure) count towards the backoffLimit as well. */
export function hasTooManyRestarts(rules: JobRules, { spec, status }: Pod): boolean {
  if (spec.restartPolicy !== 'OnFailure') return false;
  const restarts = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].reduce(
    (sum, { restartCount }) => sum + restartCount,
    0,
  );
  return rules.backoffLimit === 0 ? restarts > 0 : restarts >= rules.backoffLimit;
}

export const backoffLimitExceeded: JobDecision = {
  kind: 'fail',
  reason: 'BackoffLimitExceeded',
  message: 'Job has reached the specified backoff limit',
};

export const jobDeadlineExceeded: JobDecision = {
  kind: 'fail',
  reason: 'DeadlineExceeded',
  message: 'Job was active longer than specified deadline',
};

const firstDelayMs = 10_000;
const longestDelayMs = 360_000;

/** The action of the first rule that fits; `Count` when none does. */
function policyAction(policy: Api<'PodFailurePolicy'> | undefined, pod: Pod): string {
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  const rule = policy?.rules.find(({ onExitCodes, onPodConditions }) => {
    if (onExitCodes) return statuses.some((status) => hasExitCode(onExitCodes, status));
    return onPodConditions?.some(({ type, status }) =>
      pod.status.conditions?.some((condition) => condition.type === type && condition.status === status),
    );
  });
  return rule?.action ?? 'Count';
}

function hasExitCode(
  { containerName, operator, values }: Api<'PodFailurePolicyOnExitCodesRequirement'>,
  { name, state }: ContainerStatus,
): boolean {
  const exitCode = state?.terminated?.exitCode ?? 0;
  if (exitCode === 0 || (containerName !== undefined && containerName !== name)) return false;
  return values.includes(exitCode) === (operator === 'In');
}
