import { consequenceOf } from './failure-facts.ts';
import type { Check } from './misconception.ts';
import { around, namesOf, withRole } from './pod-containers.ts';
import type { ProbeFacts } from './probe-facts.ts';
import { list, span, verb } from './text/words.ts';

const failedInitRepeatsAll: Check = (_pod, { failures }, containers) => {
  const inits = failures.filter(
    ({ role, exits }) => role === 'init' && exits.every(({ consequence }) => consequence !== 'restartAllContainers'),
  );
  const last = inits.findLast(({ notRepeated, sidecarsBefore }) => notRepeated.length + sidecarsBefore.length > 0);
  if (last === undefined || containers.length < 3) return undefined;
  const untouched = [
    ...(last.notRepeated.length > 0 ? [`${list(last.notRepeated)} ${verb(last.notRepeated, 'stays', 'stay')} completed`] : []),
    ...(last.sidecarsBefore.length > 0 ? [`${list(last.sidecarsBefore)} ${verb(last.sidecarsBefore, 'keeps', 'keep')} running`] : []),
  ];
  const isRestarted = consequenceOf(last, 'otherFailures') === 'restart';
  return {
    id: 'failed-init-repeats-all',
    containers: inits.map(({ container }) => container),
    belief: 'When an init container fails, the Pod restarts and all init containers run again.',
    fact: isRestarted
      ? `Only the one that failed runs again, in the same Pod: if ${last.container} fails, ${list(untouched)}.`
      : `Nothing runs again: if ${last.container} fails, the Pod is Failed.`,
  };
};

const initRunsOnce: Check = ({ spec }, _facts, containers) => {
  const inits = namesOf(withRole(containers, 'init'));
  // With policy Never, the Pod ends instead.
  if (inits.length === 0 || spec.restartPolicy === 'Never') return undefined;
  return {
    id: 'init-runs-once',
    containers: inits,
    belief: 'An init container runs exactly once in the life of a Pod.',
    fact: `When the Pod's sandbox is lost, as after a reboot of the node, ${list(inits)} ${verb(inits, 'runs', 'run')} again. ${verb(inits, 'It has', 'They have')} to be able to find ${verb(inits, 'its', 'their')} own work done. A restart of a main container does not repeat ${verb(inits, 'it', 'them')}.`,
  };
};

const startedMeansReady: Check = (_pod, _facts, containers) => {
  const sidecars = withRole(containers, 'sidecar').filter(
    ({ spec }) => spec.startupProbe === undefined && spec.lifecycle?.postStart === undefined,
  );
  const [first] = sidecars;
  if (first === undefined) return undefined;
  const names = namesOf(sidecars);
  const { behind } = around(containers, first);
  const withReadiness = sidecars.some(({ spec }) => spec.readinessProbe !== undefined);
  return {
    id: 'sidecar-started-is-ready',
    containers: names,
    belief: 'A native sidecar is ready before what comes after it starts.',
    fact: `${behind[0]?.name ?? 'What follows'} starts as soon as the process of ${first.name} runs${withReadiness ? '; a readiness probe does not hold it back' : ''}. Only a startupProbe (or a postStart hook) on ${list(names)} makes what follows wait until ${verb(names, 'it answers', 'they answer')}.`,
  };
};

const mainStartTogether: Check = (_pod, _facts, containers) => {
  const main = withRole(containers, 'main');
  const [first, second] = main;
  if (first === undefined || second === undefined) return undefined;
  const hook = main.slice(0, -1).find(({ spec }) => spec.lifecycle?.postStart !== undefined);
  const blocked = hook === undefined ? [] : namesOf(around(main, hook).behind);
  return {
    id: 'main-start-together',
    containers: namesOf(main),
    belief: 'All entries of containers start at the same time.',
    fact:
      hook === undefined
        ? `They start one after the other, in this order: ${list(namesOf(main))}. ${second.name} waits until the image of ${first.name} is pulled and its process started, not until it is ready.`
        : `They start one after the other, and ${list(blocked)} ${verb(blocked, 'waits', 'wait')} until the postStart hook of ${hook.name} has ended. If a probe is not passed yet, nobody waits for it.`,
  };
};

const alwaysMakesSidecar: Check = (_pod, _facts, containers) => {
  const found = namesOf(withRole(containers, 'main').filter(({ spec }) => spec.restartPolicy === 'Always'));
  return found.length === 0
    ? undefined
    : {
        id: 'always-makes-sidecar',
        containers: found,
        belief: 'restartPolicy Always on a container makes it a native sidecar.',
        fact: `Only in initContainers. ${list(found)} ${verb(found, 'stands', 'stand')} in containers: ${verb(found, 'a main container that is', 'main containers that are')} always restarted, so that the Pod never ends by itself.`,
      };
};

const delayIsExact: Check = (_pod, { probes }) => {
  const found = probes.filter(({ initialDelaySeconds, afterStartupProbe }) => initialDelaySeconds > 0 && !afterStartupProbe);
  const slow = found.reduce<ProbeFacts | undefined>(
    (most, one) => (one.periodSeconds > (most?.periodSeconds ?? 0) ? one : most),
    undefined,
  );
  return slow === undefined
    ? undefined
    : {
        id: 'initial-delay-is-exact',
        containers: [...new Set(found.map(({ container }) => container))],
        belief: 'The first probe comes when initialDelaySeconds are over.',
        fact: `It comes with the next tick of a clock that does not begin with the container: the ${slow.kind} probe of ${slow.container} first asks ${span(slow.initialDelaySeconds, slow.initialDelaySeconds + slow.periodSeconds)} after the start.`,
      };
};

const sidecarsDoNotCount: Check = (_pod, { probes }) => {
  const found = probes.filter(({ role, kind }) => role === 'sidecar' && kind === 'readiness').map(({ container }) => container);
  return found.length === 0
    ? undefined
    : {
        id: 'sidecar-readiness-ignored',
        containers: found,
        belief: 'Only main containers make a Pod ready.',
        fact: `While ${list(found, 'or')} is not ready, the Pod is not, and Services send it nothing.`,
      };
};

const volumesAreLazy: Check = ({ spec }, _facts, containers) => {
  const [first] = containers;
  if (first === undefined || containers.length < 2) return undefined;
  const late = (spec.volumes ?? []).filter(
    ({ name, configMap, secret }) =>
      (configMap !== undefined || secret !== undefined) &&
      (configMap ?? secret)?.optional !== true &&
      !first.spec.volumeMounts?.some((mount) => mount.name === name),
  );
  const [volume] = late;
  if (volume === undefined) return undefined;
  const what = volume.configMap === undefined ? `Secret ${volume.secret?.secretName ?? ''}` : `ConfigMap ${volume.configMap.name ?? ''}`;
  return {
    id: 'volumes-are-lazy',
    containers: [],
    belief: 'A missing ConfigMap or Secret only holds up the container that mounts it.',
    fact: `All volumes are mounted before the first container starts: without ${what} not even ${first.name} runs.`,
  };
};

/** What is often taken for granted about how a Pod starts and becomes ready. */
export const startMisconceptions: readonly Check[] = [
  failedInitRepeatsAll,
  initRunsOnce,
  startedMeansReady,
  mainStartTogether,
  alwaysMakesSidecar,
  delayIsExact,
  sidecarsDoNotCount,
  volumesAreLazy,
];
