import type { ContainerState, ContainerStateTerminated, ContainerStatus, Pod } from '../pod/types.ts';
import { humanDuration } from './duration.ts';

/** The cells of one Pod in `kubectl get pods`. */
export interface PodColumns {
  /** Ready containers of those that stay: regular ones and sidecars, e.g. `1/2`. */
  readonly ready: string;
  /** e.g. `Init:1/3`, `CrashLoopBackOff`, `Running`. */
  readonly status: string;
  readonly restarts: number;
  /** When the last of the counted restarts was caused, in milliseconds since the epoch. Undefined: none, or not known. */
  readonly lastRestartAt: number | undefined;
}

/**
 * READY, STATUS and RESTARTS of a Pod as `kubectl get pods` prints them.
 * Source: kubelet-lifecycle 8 (the API server's table of Pods).
 */
export function podColumns(pod: Pod): PodColumns {
  const sidecars = (pod.spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name);
  const total = sidecars.length + pod.spec.containers.length;
  const init = walkInitContainers(pod, sidecars);
  const reason = init.stoppedAt ?? podReason(pod);
  if (init.stoppedAt !== undefined && !hasCondition(pod, 'Initialized')) {
    return { ready: `${init.ready}/${total}`, status: deletionReason(pod) ?? reason, ...restartsOf(init.walked) };
  }
  const main = walkContainers(pod, reason);
  return {
    ready: `${init.ready + main.ready}/${total}`,
    status: deletionReason(pod) ?? main.status,
    ...restartsOf([...init.walked.filter(({ name }) => sidecars.includes(name)), ...(pod.status.containerStatuses ?? [])]),
  };
}

/** The RESTARTS cell: `0`, or `3 (5m ago)` where it is known how long ago. `now` in milliseconds since the epoch. */
export function restartsCell({ restarts, lastRestartAt }: PodColumns, now: number): string {
  if (restarts === 0 || lastRestartAt === undefined) return String(restarts);
  return `${restarts} (${humanDuration(now - lastRestartAt)} ago)`;
}

/** The AGE cell, from `metadata.creationTimestamp`. `now` in milliseconds since the epoch. */
export function ageCell(pod: Pod, now: number): string {
  const created = Date.parse(pod.metadata.creationTimestamp ?? '');
  return Number.isNaN(created) ? '<unknown>' : humanDuration(now - created);
}

interface InitWalk {
  readonly walked: readonly ContainerStatus[];
  /** Sidecars that are started and ready. */
  readonly ready: number;
  /** STATUS by the first container that is not done. The walk ends there, which hides the sidecars behind it. */
  readonly stoppedAt?: string;
}

function walkInitContainers(pod: Pod, sidecars: readonly string[]): InitWalk {
  const statuses = pod.status.initContainerStatuses ?? [];
  let ready = 0;
  for (const [index, { name, state, started, ready: isReady }] of statuses.entries()) {
    // A sidecar that exited with 0 is passed over like a completed init container.
    if (state?.terminated?.exitCode === 0) continue;
    if (started === true && sidecars.includes(name)) {
      if (isReady) ready++;
      continue;
    }
    const progress = `${index}/${(pod.spec.initContainers ?? []).length}`;
    return { walked: statuses.slice(0, index + 1), ready, stoppedAt: `Init:${initReason(state) ?? progress}` };
  }
  return { walked: statuses, ready };
}

function initReason(state: ContainerState | undefined): string | undefined {
  if (state?.terminated) return terminatedReason(state.terminated);
  return state?.waiting?.reason === 'PodInitializing' ? undefined : state?.waiting?.reason || undefined;
}

function walkContainers(pod: Pod, podReason: string): { readonly ready: number; readonly status: string } {
  let ready = 0;
  let status = podReason;
  let failure: string | undefined;
  // From the last to the first, so that the first one with something to say has the last word.
  for (const { state, ready: isReady } of (pod.status.containerStatuses ?? []).toReversed()) {
    if (state?.waiting?.reason) {
      status = state.waiting.reason;
    } else if (state?.terminated) {
      status = terminatedReason(state.terminated);
      if (state.terminated.exitCode !== 0) failure = status;
    } else if (isReady && state?.running) {
      ready++;
    }
  }
  if (status !== 'Completed') return { ready, status };
  if (ready > 0 && hasCondition(pod, 'Ready')) return { ready, status: 'Running' };
  return { ready, status: failure ?? (ready > 0 ? 'NotReady' : status) };
}

function terminatedReason({ reason, signal, exitCode }: ContainerStateTerminated): string {
  return reason || (signal ? `Signal:${signal}` : `ExitCode:${exitCode}`);
}

function podReason({ status }: Pod): string {
  const isGated = status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated') ?? false;
  return isGated ? 'SchedulingGated' : status.reason || status.phase;
}

/** What a Pod under deletion shows instead of its own status, if anything. */
function deletionReason({ metadata, status }: Pod): string | undefined {
  if (metadata.deletionTimestamp === undefined) return undefined;
  if (status.reason === 'NodeLost') return 'Unknown';
  return status.phase === 'Succeeded' || status.phase === 'Failed' ? undefined : 'Terminating';
}

function restartsOf(statuses: readonly ContainerStatus[]): Pick<PodColumns, 'restarts' | 'lastRestartAt'> {
  const times = statuses.map(({ lastState }) => Date.parse(lastState?.terminated?.finishedAt ?? '')).filter((time) => !Number.isNaN(time));
  return {
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    lastRestartAt: times.length === 0 ? undefined : Math.max(...times),
  };
}

function hasCondition({ status }: Pod, type: string): boolean {
  return status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}
