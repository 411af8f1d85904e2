import type { Explanation } from '../explain-workload.ts';
import { consequenceOf } from '../failure-facts.ts';
import type { JobFacts } from '../job-facts.ts';
import { section } from './document.ts';
import type { Section } from './document.ts';
import { count, duration, list, paragraph, verb } from './words.ts';

/** When the Pod has done its work, and what a Job makes of it. */
export function describeCompletion(explanation: Explanation): Section[] {
  const { job } = explanation;
  return section(
    job === undefined ? 'When it is done' : `When it is done (${explanation.kind})`,
    { kind: 'text', text: paragraph(endText(explanation), deadlineText(explanation)) },
    { kind: 'text', text: job === undefined ? '' : jobText(job, explanation) },
  );
}

function endText({ completion, kind, job, failures }: Explanation): string {
  const { main, neverEnding, likelySidecars, sidecars } = completion;
  if (neverEnding.length > 0) {
    return `Never by itself: ${list(neverEnding)} ${verb(neverEnding, 'is', 'are')} started again even after exit code 0. It runs until it is deleted.`;
  }
  const what = job === undefined ? 'The Pod' : `The Pod, and with it the ${kind === 'CronJob' ? "CronJob's run" : 'Job'},`;
  const canFail = failures.some((facts) => facts.role === 'main' && consequenceOf(facts, 'otherFailures') === 'staysEnded');
  const served = main.filter((name) => !likelySidecars.includes(name));
  return paragraph(
    canFail
      ? `${what} is done when ${list(main)} ${verb(main, 'has', 'have')} ended: Succeeded if ${verb(main, 'with exit code 0', 'all with exit code 0')}, Failed otherwise.`
      : `${what} is done, and has Succeeded, when ${list(main)} ${verb(main, 'has', 'have')} ended with exit code 0.`,
    sidecars.length > 0 &&
      `Then ${list(sidecars)} ${verb(sidecars, 'is', 'are')} stopped${sidecars.length > 1 ? ', in this order' : ''}; how ${verb(sidecars, 'it ends', 'they end')} does not count, but until then the Pod shows as Running.`,
    likelySidecars.length > 0 &&
      `Here lies a trap: ${list(likelySidecars)} ${verb(likelySidecars, 'looks', 'look')} like ${verb(likelySidecars, 'a sidecar that never ends', 'sidecars that never end')}. Then the ${job === undefined ? 'Pod' : 'Job'} never completes, even when ${list(served)} ${verb(served, 'is', 'are')} long done. Moved to initContainers with restartPolicy Always, ${verb(likelySidecars, 'it is', 'they are')} stopped by Kubernetes at the right time.`,
  );
}

function deadlineText({ completion: { activeDeadlineSeconds } }: Explanation): string | undefined {
  if (activeDeadlineSeconds === undefined) return undefined;
  return `After ${duration(activeDeadlineSeconds)} (activeDeadlineSeconds) the Pod is stopped and Failed with DeadlineExceeded; image pulls and init containers are part of that time.`;
}

function jobText(job: JobFacts, explanation: Explanation): string {
  return paragraph(
    job.suspended && 'It is suspended: no Pod is created until someone sets suspend to false.',
    ...job.podFailurePolicy.map(({ action, on }) => `On ${on}, podFailurePolicy says ${action}.`),
    job.restartsUntilFailed === undefined ? replacementText(job) : restartText(job, job.restartsUntilFailed),
    job.activeDeadlineSeconds !== undefined &&
      `After ${duration(job.activeDeadlineSeconds)} (the Job's activeDeadlineSeconds) the Job has failed, and its Pods are deleted${explanation.restartPolicy === 'OnFailure' ? ', whatever the back-off is' : ''}.`,
  );
}

function replacementText({ backoffLimit, replacementDelaysSeconds = [] }: JobFacts): string {
  if (replacementDelaysSeconds.length === 0)
    return `A Pod that fails is not replaced (backoffLimit ${backoffLimit}): the Job has failed then.`;
  const more = backoffLimit > replacementDelaysSeconds.length ? ' and so on' : '';
  return `A Pod that fails is replaced by a new one, which begins from the start: after ${list(replacementDelaysSeconds.map(duration))}${more}. With ${count(backoffLimit + 1, 'failed Pod')} (backoffLimit ${backoffLimit}) the Job has failed.`;
}

function restartText({ backoffLimit, failedAfterSeconds }: JobFacts, restarts: number): string {
  return paragraph(
    `Containers that fail are restarted in the same Pod. With ${count(restarts, 'restart')} of all containers together (backoffLimit ${backoffLimit}) the Job has failed, and its Pod with the logs is deleted.`,
    failedAfterSeconds !== undefined && `If one container fails as soon as it starts, that is after ${duration(failedAfterSeconds)}.`,
  );
}
