import { minimumStopSeconds } from '../lifecycle/grace.ts';
import { qosClass } from '../pod/qos.ts';
import type { Pod } from '../pod/types.ts';
import type { CompletionFacts } from './completion-facts.ts';
import type { FailureFacts } from './failure-facts.ts';
import { consequenceOf } from './failure-facts.ts';
import type { HookFacts } from './hook-facts.ts';
import type { JobFacts } from './job-facts.ts';
import { around, namesOf, podContainers, withRole } from './pod-containers.ts';
import type { PodContainer } from './pod-containers.ts';
import type { ProbeFacts } from './probe-facts.ts';
import type { StopPlan } from './stop-plan.ts';
import { duration, list, span, verb } from './text/words.ts';

/** Something that people commonly take for granted, and what holds for this Pod instead: kubelet-lifecycle 13. */
export interface Misconception {
  readonly id: string;
  readonly containers: readonly string[];
  readonly belief: string;
  readonly fact: string;
}

interface Facts {
  readonly failures: readonly FailureFacts[];
  readonly completion: CompletionFacts;
  readonly job?: JobFacts;
  readonly stop: StopPlan;
  readonly probes: readonly ProbeFacts[];
  readonly hooks: readonly HookFacts[];
}

type Check = (pod: Pod, facts: Facts, containers: readonly PodContainer[]) => Misconception | undefined;

/** Those that matter for this Pod. */
export function misconceptions(pod: Pod, facts: Facts): Misconception[] {
  const containers = podContainers(pod.spec);
  return checks.flatMap((check) => check(pod, facts, containers) ?? []);
}

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

const helperOutlivesMain: Check = (_pod, { completion: { likelySidecars, main }, hooks }) => {
  if (likelySidecars.length === 0) return undefined;
  const served = main.filter((name) => !likelySidecars.includes(name));
  const held = (name: string): boolean =>
    hooks.some(({ container, hook }) => container === name && hook === 'postStart') &&
    served.every((other) => main.indexOf(other) > main.indexOf(name));
  const unheld = likelySidecars.filter((name) => !held(name));
  const stop = `${list(likelySidecars)} ${verb(likelySidecars, 'gets its stop signal', 'get their stop signals')} together with ${list(served)} and may be gone while ${verb(served, 'that still finishes', 'those still finish')}.`;
  const start = `Nor ${verb(served, 'does', 'do')} ${list(served)} wait until ${list(unheld)} ${verb(unheld, 'is', 'are')} ready.`;
  return {
    id: 'helper-outlives-main',
    containers: likelySidecars,
    belief: 'A helper in containers is there before the application needs it, and until the application has ended.',
    fact: `${stop} ${unheld.length === 0 ? '' : `${start} `}A native sidecar with a startupProbe is there from before the start until after the end.`,
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

const sidecarHookWaits: Check = (_pod, { hooks }) => {
  const found = hooks.filter(({ role, hook }) => role === 'sidecar' && hook === 'preStop').map(({ container }) => container);
  return found.length === 0
    ? undefined
    : {
        id: 'sidecar-prestop-waits',
        containers: found,
        belief: "A sidecar's preStop hook runs when its turn to stop has come.",
        fact: `The ${verb(found, 'hook', 'hooks')} of ${list(found)} ${verb(found, 'starts', 'start')} at once, while the main containers still work. Only the stop signal waits.`,
      };
};

const hookTimeIsExtra: Check = (_pod, { stop }) => {
  const found = stop.containers.filter(({ preStop }) => preStop);
  const [first] = found;
  if (first === undefined) return undefined;
  const left = first.preStopSeconds === undefined ? undefined : Math.max(stop.graceSeconds - first.preStopSeconds, minimumStopSeconds);
  return {
    id: 'prestop-time-is-extra',
    containers: found.map(({ container }) => container),
    belief: 'The grace period begins when the preStop hook has ended.',
    fact: `The hook's time is part of the ${duration(stop.graceSeconds)}. ${left === undefined ? `What the hook of ${first.container} takes is missing afterwards` : `After its hook, ${first.container} has ${duration(left)} left between its signal and SIGKILL`}; ${minimumStopSeconds} s always remain.`,
  };
};

const graceIsHard: Check = (_pod, { stop }) => {
  if (stop.latestEndSeconds <= stop.graceSeconds) return undefined;
  const late = stop.containers.filter(({ killAtSeconds }) => killAtSeconds.latest > stop.graceSeconds).map(({ container }) => container);
  return {
    id: 'grace-is-hard',
    containers: late,
    belief: 'When the grace period is over, everything is killed.',
    fact: `Every container has ${minimumStopSeconds} s between its signal and SIGKILL, however late the signal comes: ${list(late)} may live until ${duration(stop.latestEndSeconds)} after the deletion.`,
  };
};

const httpHookFails: Check = (_pod, { hooks }) => {
  const found = hooks.filter(({ handler }) => handler.httpGet !== undefined);
  return found.length === 0
    ? undefined
    : {
        id: 'http-hook-fails',
        containers: [...new Set(found.map(({ container }) => container))],
        belief: 'An HTTP hook that is answered with an error has failed.',
        fact: `Any answer is a success, 500 as well: the ${list([...new Set(found.map(({ hook, container }) => `${hook} hook of ${container}`))])} only ${verb(found, 'fails', 'fail')} when nobody answers.`,
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

const neverFailsOnPull: Check = ({ spec }) =>
  spec.restartPolicy === 'Never'
    ? {
        id: 'bad-image-fails',
        containers: [],
        belief: 'With restartPolicy Never, an image that cannot be pulled fails the Pod.',
        fact: 'It stays Pending, and the pull is tried again for ever.',
      }
    : undefined;

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

const checks: readonly Check[] = [
  failedInitRepeatsAll,
  initRunsOnce,
  startedMeansReady,
  mainStartTogether,
  alwaysMakesSidecar,
  helperOutlivesMain,
  delayIsExact,
  sidecarsDoNotCount,
  volumesAreLazy,
  neverFailsOnPull,
  sidecarHookWaits,
  hookTimeIsExtra,
  graceIsHard,
  httpHookFails,
  sidecarExitCounts,
  sidecarRestartsAreFree,
  qosLooksAtMain,
];
