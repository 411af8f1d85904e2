import type { Container, Pod } from '../pod/types.ts';
import type { WaitCause } from '../lifecycle/wait.ts';
import { hookSeconds } from './hook-facts.ts';
import { podContainers } from './pod-containers.ts';
import type { ContainerRole, PodContainer } from './pod-containers.ts';

/** What lets a container start: the cause, by its name in the lifecycle, for which it waits until then. */
export interface StartGate {
  readonly kind: Extract<WaitCause['kind'], 'InitCompletion' | 'StartupProbe' | 'PostStart' | 'SidecarRunning' | 'StartOrder'>;
  readonly of: string;
}

export interface StartStep {
  readonly container: string;
  readonly role: ContainerRole;
  /** Undefined: it is the first. */
  readonly after?: StartGate;
  /** From the first container's start, if images are there and programs take no time: what delays and hooks alone cost. */
  readonly earliestSeconds: number;
}

export interface StartPlan {
  readonly steps: readonly StartStep[];
  /** The containers that have to be ready for the Pod to be. */
  readonly readyNeeds: readonly { readonly container: string; readonly readinessProbe: boolean }[];
  readonly earliestReadySeconds: number;
}

/** How the Pod starts: kubelet-lifecycle 2.3 and 2.4. */
export function startPlan({ spec }: Pod): StartPlan {
  const containers = podContainers(spec);
  const steps: StartStep[] = [];
  let earliestSeconds = 0;
  let earliestReadySeconds = 0;
  let before: PodContainer | undefined;
  for (const container of containers) {
    const { name, role } = container;
    steps.push({ container: name, role, ...(before !== undefined && { after: gateOf(before) }), earliestSeconds });
    if (role !== 'init') earliestReadySeconds = Math.max(earliestReadySeconds, earliestSeconds + readySeconds(container.spec));
    earliestSeconds += leadSeconds(container);
    before = container;
  }
  const readyNeeds = containers
    .filter(({ role }) => role !== 'init')
    .map(({ name, spec: { readinessProbe } }) => ({ container: name, readinessProbe: readinessProbe !== undefined }));
  return { steps, readyNeeds, earliestReadySeconds };
}

function gateOf({ name: of, role, spec }: PodContainer): StartGate {
  if (role === 'init') return { kind: 'InitCompletion', of };
  if (role === 'sidecar' && spec.startupProbe !== undefined) return { kind: 'StartupProbe', of };
  if (spec.lifecycle?.postStart !== undefined) return { kind: 'PostStart', of };
  return { kind: role === 'sidecar' ? 'SidecarRunning' : 'StartOrder', of };
}

/** How long a container holds back what follows it, at least. */
function leadSeconds({ role, spec }: PodContainer): number {
  const hook = hookSeconds(spec.lifecycle?.postStart) ?? 0;
  return role === 'sidecar' ? Math.max(hook, spec.startupProbe?.initialDelaySeconds ?? 0) : hook;
}

function readySeconds({ lifecycle, startupProbe, readinessProbe }: Container): number {
  const started = Math.max(hookSeconds(lifecycle?.postStart) ?? 0, startupProbe?.initialDelaySeconds ?? 0);
  if (readinessProbe === undefined) return started;
  const { initialDelaySeconds = 0, periodSeconds, successThreshold } = readinessProbe;
  return Math.max(started, initialDelaySeconds) + (successThreshold - 1) * periodSeconds;
}
