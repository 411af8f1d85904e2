import type { Workload } from '../manifest/workload.ts';
import type { Container, Pod } from '../pod/types.ts';
import { completionFacts } from './completion-facts.ts';
import { consequenceOf, failureFacts } from './failure-facts.ts';
import type { FailureFacts } from './failure-facts.ts';
import { namesOf, podContainers, withRole } from './pod-containers.ts';
import type { PodContainer } from './pod-containers.ts';
import { startPlan } from './start-plan.ts';
import { stopPlan } from './stop-plan.ts';
import { duration, list, verb } from './text/words.ts';
import { traditionalSidecars } from './traditional-sidecar.ts';

/** The comparison filled in with a Pod's own containers. */
export interface PodComparison {
  readonly file: string;
  readonly kind: string;
  readonly name: string;
  readonly init: readonly string[];
  readonly sidecar: readonly string[];
  /** Main containers that probably are traditional sidecars. */
  readonly traditional: readonly string[];
  /** A cell is absent when the Pod has no such container. */
  readonly dimensions: readonly {
    readonly dimension: string;
    readonly init?: string;
    readonly sidecar?: string;
    readonly traditional?: string;
  }[];
}

type Cell = (containers: readonly PodContainer[], names: readonly string[]) => string;

/** Compares the init containers, the native sidecars and the likely traditional sidecars of a valid, defaulted Pod. */
export function compareWorkload({ kind, name, pod, source }: Workload): PodComparison {
  const all = podContainers(pod.spec);
  const likely = new Set(traditionalSidecars(pod).map(({ container }) => container));
  const groups = {
    init: withRole(all, 'init'),
    sidecar: withRole(all, 'sidecar'),
    traditional: all.filter((container) => likely.has(container.name) && container.role === 'main'),
  };
  const rows: [string, Partial<Record<keyof typeof groups, Cell>>][] = [
    ['Lifecycle', lifecycleCells],
    ['Start', startCells(pod)],
    ['Failure', failureCells(pod)],
    ['Stop', stopCells(pod)],
    ['End of the Pod', endCells(pod)],
    ['Resources', { init: requests, sidecar: requests, traditional: requests }],
    ['Probes, hooks', { init: () => 'None are allowed.', sidecar: probes, traditional: probes }],
  ];
  return {
    file: source.file,
    kind,
    name,
    init: namesOf(groups.init),
    sidecar: namesOf(groups.sidecar),
    traditional: namesOf(groups.traditional),
    dimensions: rows.map(([dimension, cells]) => {
      const cell = (group: keyof typeof groups): object =>
        groups[group].length === 0 || cells[group] === undefined ? {} : { [group]: cells[group](groups[group], namesOf(groups[group])) };
      return { dimension, ...cell('init'), ...cell('sidecar'), ...cell('traditional') };
    }),
  };
}

const lifecycleCells = {
  init: (_: unknown, names: readonly string[]) => `${list(names, 'then')} ${verb(names, 'runs to its end', 'run to their ends')}.`,
  sidecar: (_: unknown, names: readonly string[]) => `${list(names)} ${verb(names, 'runs', 'run')} as long as the Pod.`,
  traditional: (_: unknown, names: readonly string[]) =>
    `${list(names)} ${verb(names, 'runs as a main container', 'run as main containers')}.`,
};

function startCells(pod: Pod): Record<'init' | 'sidecar' | 'traditional', Cell> {
  const { steps } = startPlan(pod);
  const each: Cell = (containers) =>
    containers
      .map(({ name }) => {
        const after = steps.find(({ container }) => container === name)?.after;
        if (after === undefined) return `${name} is the first.`;
        const when = {
          InitCompletion: `when ${after.of} has completed`,
          StartupProbe: `when the startup probe of ${after.of} has passed`,
          PostStart: `when the postStart hook of ${after.of} has ended`,
          SidecarRunning: `as soon as ${after.of} runs`,
          StartOrder: `right after ${after.of}`,
        }[after.kind];
        return `${name} starts ${when}.`;
      })
      .join(' ');
  return { init: each, sidecar: each, traditional: each };
}

function failureCells(pod: Pod): Record<'init' | 'sidecar' | 'traditional', Cell> {
  const facts = new Map(failureFacts(pod).map((one) => [one.container, one]));
  const each: Cell = (containers) => grouped(containers, ({ name }) => failureText(facts.get(name)));
  return { init: each, traditional: each, sidecar: (_, names) => `${list(names)}: restarted after every end, 0 too.` };
}

function failureText(facts: FailureFacts | undefined): string {
  const consequence = facts === undefined ? undefined : consequenceOf(facts, 'otherFailures');
  if (facts === undefined || consequence === undefined) return '';
  const always = facts.role === 'main' && consequenceOf(facts, 0) === 'restart';
  return {
    restart: facts.role === 'init' ? 'runs again alone' : always ? 'restarted after every end, 0 too' : 'restarted if it fails',
    restartAllContainers: 'restarts all containers',
    staysEnded: 'not restarted',
    next: 'completes',
    podFails: 'fails the Pod',
  }[consequence];
}

function stopCells(pod: Pod): Record<'init' | 'sidecar' | 'traditional', Cell> {
  const { containers: stops, graceSeconds } = stopPlan(pod);
  return {
    init: () => 'Has ended by then.',
    sidecar: (containers) =>
      stops
        .filter(({ container }) => containers.some(({ name }) => name === container))
        .map(
          ({ container, after, killAtSeconds }) =>
            `${container} after ${list(after)}; killed after ${duration(killAtSeconds.latest)} at the latest.`,
        )
        .join(' '),
    traditional: (_, names) => `${list(names)} together with the main containers; ${duration(graceSeconds)} for all.`,
  };
}

function endCells(pod: Pod): Record<'init' | 'sidecar' | 'traditional', Cell> {
  const { neverEnding } = completionFacts(pod);
  return {
    init: (containers) =>
      containers.every(({ spec }) => (spec.restartPolicy ?? pod.spec.restartPolicy) !== 'Never')
        ? 'Never fails the Pod by itself.'
        : 'A failure fails the Pod.',
    sidecar: (_, names) => `Neither holds it up nor fails it: ${verb(names, 'its exit code does', 'their exit codes do')} not count.`,
    traditional: (_, names) =>
      neverEnding.length > 0
        ? 'This Pod does not end by itself.'
        : `The Pod does not complete before ${list(names)} ${verb(names, 'ends', 'end')}.`,
  };
}

const requests: Cell = (containers) => grouped(containers, ({ spec }) => requestsText(spec));

function requestsText({ resources }: Container): string {
  const asked = Object.entries(resources.requests ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return asked.length === 0 ? 'no requests' : `${asked.map(([resource, quantity]) => `${resource} ${quantity}`).join(', ')} requested`;
}

const probes: Cell = (containers) =>
  grouped(containers, ({ spec: { startupProbe, readinessProbe, livenessProbe, lifecycle } }) => {
    const has = {
      startup: startupProbe,
      readiness: readinessProbe,
      liveness: livenessProbe,
      postStart: lifecycle?.postStart,
      preStop: lifecycle?.preStop,
    };
    const names = Object.entries(has).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    return names.length === 0 ? 'none' : list(names);
  });

/** `a and b: x. c: y.` */
function grouped(containers: readonly PodContainer[], textOf: (container: PodContainer) => string): string {
  const groups = new Map<string, string[]>();
  for (const container of containers) groups.set(textOf(container), [...(groups.get(textOf(container)) ?? []), container.name]);
  return [...groups].map(([text, names]) => `${list(names)}: ${text}.`).join(' ');
}
