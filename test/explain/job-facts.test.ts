import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterFailedPod, hasTooManyRestarts } from '../../src/engine/job.ts';
import { jobFacts } from '../../src/explain/job-facts.ts';
import type { Pod } from '../../src/pod/types.ts';
import { podOf } from '../lifecycle/virtual-pod.ts';

const job = (backoffLimit: number) => ({ backoffLimit, suspend: false });

function restarted(restartCount: number): Pod {
  const containerStatuses = [{ name: 'main', restartCount, ready: false, image: '', imageID: '' }];
  return { ...podOf({ restartPolicy: 'OnFailure' }), status: { phase: 'Running', containerStatuses } };
}

describe('jobFacts', () => {
  it('counts the restarts as the controller does', () => {
    fc.assert(
      fc.property(fc.nat(50), (backoffLimit) => {
        const { restartsUntilFailed = NaN } = jobFacts(podOf({ restartPolicy: 'OnFailure' }), job(backoffLimit));
        expect(hasTooManyRestarts(job(backoffLimit), restarted(restartsUntilFailed))).toBe(true);
        expect(hasTooManyRestarts(job(backoffLimit), restarted(restartsUntilFailed - 1))).toBe(false);
      }),
    );
  });

  it('replaces Pods until the controller gives up', () => {
    fc.assert(
      fc.property(fc.nat(11), (backoffLimit) => {
        const pod = podOf({ restartPolicy: 'Never' });
        const { replacementDelaysSeconds = [] } = jobFacts(pod, job(backoffLimit));
        expect(replacementDelaysSeconds).toHaveLength(backoffLimit);
        expect(afterFailedPod(job(backoffLimit), replacementDelaysSeconds.length, pod).kind).toBe('fail');
      }),
    );
  });

  it('gives the times of the default backoffLimit', () => {
    expect(jobFacts(podOf({ restartPolicy: 'OnFailure' }), job(6))).toMatchObject({ restartsUntilFailed: 6, failedAfterSeconds: 310 });
    expect(jobFacts(podOf({ restartPolicy: 'Never' }), job(6)).replacementDelaysSeconds).toEqual([10, 20, 40, 80, 160, 320]);
  });

  it('comes to an end with the largest backoffLimit', () => {
    const most = 2_147_483_647;
    expect(jobFacts(podOf({ restartPolicy: 'OnFailure' }), job(most))).toEqual({
      backoffLimit: most,
      suspended: false,
      podFailurePolicy: [],
      restartsUntilFailed: most,
    });
    expect(jobFacts(podOf({ restartPolicy: 'Never' }), job(most)).replacementDelaysSeconds).toHaveLength(12);
  });

  it('tells the rules of podFailurePolicy', () => {
    const podFailurePolicy = {
      rules: [
        { action: 'FailJob', onExitCodes: { containerName: 'main', operator: 'In', values: [42, 43] } },
        { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      ],
    };
    expect(jobFacts(podOf({ restartPolicy: 'Never' }), { ...job(6), podFailurePolicy }).podFailurePolicy).toEqual([
      { action: 'FailJob', on: 'exit code 42, 43 of main' },
      { action: 'Ignore', on: 'condition DisruptionTarget=True' },
    ]);
  });
});
