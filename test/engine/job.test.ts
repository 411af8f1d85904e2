import { expect, test } from 'vitest';
import { afterFailedPod, backoffLimitExceeded, hasTooManyRestarts } from '../../src/engine/job.ts';
import type { JobDecision } from '../../src/engine/job.ts';
import type { JobRules } from '../../src/pod/job-rules.ts';
import type { Pod } from '../../src/pod/types.ts';
import { makePod } from '../fixtures/pod.ts';

const failedPod = (exitCode: number): Pod => {
  const pod = makePod();
  const status = { name: 'main', image: '', imageID: '', ready: false, restartCount: 2, state: { terminated: { exitCode } } };
  return { ...pod, status: { phase: 'Failed', containerStatuses: [status], conditions: [{ type: 'DisruptionTarget', status: 'True' }] } };
};

const policy = (...rules: object[]): JobRules => ({ backoffLimit: 6, podFailurePolicy: { rules } as never });
const replace = (delayMs: number, failedPods: number): JobDecision => ({ kind: 'replace', delayMs, failedPods });
const policyFailure = expect.objectContaining({ kind: 'fail', reason: 'PodFailurePolicy' }) as JobDecision;

test.each<[string, JobRules, number, number, JobDecision]>([
  ['the first failure waits 10 s', { backoffLimit: 6 }, 0, 1, replace(10_000, 1)],
  ['the delay doubles', { backoffLimit: 6 }, 2, 1, replace(40_000, 3)],
  ['the delay ends at six minutes', { backoffLimit: 60 }, 20, 1, replace(360_000, 21)],
  ['the limit is reached', { backoffLimit: 2 }, 2, 1, backoffLimitExceeded],
  ['no failure is allowed', { backoffLimit: 0 }, 0, 1, backoffLimitExceeded],
  ['an exit code fails the Job', policy({ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }), 0, 42, policyFailure],
  ['another exit code counts', policy({ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }), 0, 1, replace(10_000, 1)],
  [
    'NotIn fails for what is not listed',
    policy({ action: 'FailJob', onExitCodes: { operator: 'NotIn', values: [1] } }),
    0,
    3,
    policyFailure,
  ],
  [
    'a rule of another container does not fit',
    policy({ action: 'FailJob', onExitCodes: { containerName: 'x', operator: 'In', values: [42] } }),
    0,
    42,
    replace(10_000, 1),
  ],
  [
    'an ignored failure does not count',
    policy({ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }),
    1,
    1,
    replace(10_000, 1),
  ],
])('%s', (_, rules, failedPods, exitCode, expected) => {
  expect(afterFailedPod(rules, failedPods, failedPod(exitCode))).toEqual(expected);
});

test.each([
  ['OnFailure', 2, true],
  ['OnFailure', 3, false],
  ['OnFailure', 0, true],
  ['Never', 0, false],
])('restarts within a Pod of policy %s count against a limit of %d: %s', (restartPolicy, backoffLimit, expected) => {
  const pod = failedPod(1);
  expect(hasTooManyRestarts({ backoffLimit }, { ...pod, spec: { ...pod.spec, restartPolicy } })).toBe(expected);
});
