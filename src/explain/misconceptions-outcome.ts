import { qosClass } from '../pod/qos.ts';
import type { Check } from './misconception.ts';
import { namesOf } from './pod-containers.ts';
import { list, verb } from './text/words.ts';

const neverFailsOnPull: Check = ({ spec }) =>
  spec.restartPolicy === 'Never'
    ? {
        id: 'bad-image-fails',
        containers: [],
        belief: 'With restartPolicy Never, an image that cannot be pulled fails the Pod.',
        fact: 'It stays Pending, and the pull is tried again for ever.',
      }
    : undefined;

const sidecarExitCounts: Check = (_pod, { completion }) =>
  completion.neverEnding.length > 0 || completion.sidecars.length === 0
    ? undefined
    : {
        id: 'sidecar-exit-counts',
        containers: completion.sidecars,
        belief: 'A sidecar that is killed or ends with an error at the end fails the Pod.',
        fact: `Only ${list(completion.main)} ${verb(completion.main, 'decides', 'decide')} between Succeeded and Failed; the exit codes of ${list(completion.sidecars)} do not count.`,
      };

const sidecarRestartsAreFree: Check = (_pod, { job, completion }) =>
  job?.restartsUntilFailed === undefined || completion.sidecars.length === 0
    ? undefined
    : {
        id: 'sidecar-restarts-are-free',
        containers: completion.sidecars,
        belief: "Restarts of a sidecar do not count towards the Job's backoffLimit.",
        fact: `They do: the restarts of all containers are added up, those of ${list(completion.sidecars)} too, and with ${job.restartsUntilFailed} the Job has failed.`,
      };

const qosLooksAtMain: Check = (pod, _facts, containers) => {
  if ((pod.spec.initContainers ?? []).length === 0) return undefined;
  const all = qosClass(pod);
  const { containers: main, resources } = pod.spec;
  const alone = qosClass({ spec: { ...pod.spec, containers: main, initContainers: [], ...(resources && { resources }) } });
  if (all === alone) return undefined;
  return {
    id: 'qos-looks-at-main',
    containers: namesOf(containers.filter(({ role }) => role !== 'main')),
    belief: 'Only the main containers decide about the QoS class.',
    fact: `By them alone the Pod would be ${alone}; with ${list(namesOf(containers.filter(({ role }) => role !== 'main')))} it is ${all}.`,
  };
};

/** What is often taken for granted about what becomes of a Pod as a whole. */
export const outcomeMisconceptions: readonly Check[] = [neverFailsOnPull, sidecarExitCounts, sidecarRestartsAreFree, qosLooksAtMain];
