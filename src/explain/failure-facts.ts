import { exitDecision } from '../lifecycle/restart-policy.ts';
import type { Container, Pod } from '../pod/types.ts';
import { around, namesOf, podContainers, withRole } from './pod-containers.ts';
import type { ContainerRole, PodContainer } from './pod-containers.ts';
import { restartSchedule } from './restart-schedule.ts';
import type { Restart } from './restart-schedule.ts';

/** What an exit leads to. `next`: the init container is done. `podFails`: the init container may not run again. */
export type Consequence = 'restart' | 'restartAllContainers' | 'staysEnded' | 'next' | 'podFails';

export interface ExitRule {
  /** `otherFailures`: every code but 0 that no rule of the container names. */
  readonly exitCodes: readonly number[] | 'otherFailures';
  readonly consequence: Consequence;
}

/** What happens when a container ends: kubelet-lifecycle 1.3 and 3.1. */
export interface FailureFacts {
  readonly container: string;
  readonly role: ContainerRole;
  /** Whose restartPolicy decides: the container's own, or the Pod's. */
  readonly policyOf: 'container' | 'pod';
  readonly policy: string;
  /** Every exit code falls under exactly one. */
  readonly exits: readonly ExitRule[];
  /** If it fails as soon as it starts, each time. Empty when no exit restarts it. */
  readonly restarts: readonly Restart[];
  /** What does not start before it has come up, or completed. */
  readonly holdsBack: readonly string[];
  /** Sidecars that are running by then. */
  readonly sidecarsBefore: readonly string[];
  /** Init containers that have completed by then, and do not run again. */
  readonly notRepeated: readonly string[];
}

const shownRestarts = 8;

export function failureFacts(pod: Pod): FailureFacts[] {
  const all = podContainers(pod.spec);
  return all.map((container) => {
    const { before, behind } = around(all, container);
    const exits = exitRules(pod, container);
    const isRestarted = exits.some(({ consequence }) => consequence === 'restart');
    const own = container.spec.restartPolicy;
    return {
      container: container.name,
      role: container.role,
      policyOf: own === undefined ? 'pod' : 'container',
      policy: own ?? pod.spec.restartPolicy,
      exits,
      restarts: isRestarted ? restartSchedule({ count: shownRestarts }) : [],
      holdsBack: container.role === 'main' ? [] : namesOf(behind),
      sidecarsBefore: namesOf(withRole(before, 'sidecar')),
      notRepeated: namesOf(withRole(before, 'init')),
    };
  });
}

/** The consequence of an exit code that the rules do not name, and of 0. */
export function consequenceOf({ exits }: FailureFacts, exitCode: 0 | 'otherFailures'): Consequence | undefined {
  return exits.find(({ exitCodes }) => (exitCode === 0 ? exitCodes !== 'otherFailures' && exitCodes.includes(0) : exitCodes === exitCode))
    ?.consequence;
}

function exitRules(pod: Pod, container: PodContainer): ExitRule[] {
  const named = namedCodes(container.spec);
  const grouped = new Map<Consequence, number[]>();
  for (const code of [...new Set([0, ...named])].sort((a, b) => a - b)) {
    const consequence = consequenceFor(pod, container, code);
    grouped.set(consequence, [...(grouped.get(consequence) ?? []), code]);
  }
  return [
    { exitCodes: 'otherFailures', consequence: consequenceFor(pod, container, otherThan(named)) },
    ...[...grouped].map(([consequence, exitCodes]): ExitRule => ({ exitCodes, consequence })),
  ];
}

function consequenceFor(pod: Pod, { role, spec }: PodContainer, exitCode: number): Consequence {
  const decision = exitDecision(pod, spec, exitCode);
  if (decision === 'restart-all') return 'restartAllContainers';
  if (role === 'init' && exitCode === 0) return 'next';
  if (decision === 'restart' || role === 'sidecar') return 'restart';
  return role === 'init' ? 'podFails' : 'staysEnded';
}

function namedCodes({ restartPolicy, restartPolicyRules = [] }: Container): number[] {
  return restartPolicy === undefined ? [] : restartPolicyRules.flatMap(({ exitCodes }) => exitCodes?.values ?? []);
}

/** A failure that no rule names: what all the others have in common. */
function otherThan(named: readonly number[]): number {
  let code = 1;
  while (named.includes(code)) code += 1;
  return code;
}
