import type { ContainerStatus, PodStatus } from '../../pod/types.ts';
import { apiTime } from '../api-time.ts';
import type { PodState } from '../state.ts';
import { podConditions } from './conditions.ts';
import { containerStatus, unlocated } from './container-status.ts';
import { computePhase, isTerminal } from './phase.ts';
import type { Phase } from './phase.ts';

/** The status as the API shows it now; what was shown before (`state.status`) decides about phases that may not change back. */
export function podStatus(state: PodState, now: number): PodStatus {
  const statuses = new Map(state.containers.map((track) => [track.name, containerStatus(state, track)]));
  const computed: Phase = state.failure === undefined ? computePhase(state, statuses) : 'Failed';
  if (state.finished) finalize(state, statuses);
  const phase = shownPhase(state, computed);
  const conditions = podConditions(state, statuses, computed, now);
  const { sandbox, failure } = state;
  const showsFailure = failure !== undefined && phase === 'Failed';
  return {
    observedGeneration: state.pod.metadata.generation ?? 1,
    phase,
    conditions: [...foreignConditions(state, conditions), ...conditions],
    ...(showsFailure ? { message: failure.message, reason: failure.reason } : {}),
    ...(sandbox.hostIPs[0] === undefined ? {} : { hostIP: sandbox.hostIPs[0], hostIPs: sandbox.hostIPs.map((ip) => ({ ip })) }),
    ...(sandbox.ips[0] === undefined ? {} : { podIP: sandbox.ips[0], podIPs: sandbox.ips.map((ip) => ({ ip })) }),
    startTime: apiTime(state.startTime),
    ...listed(state, statuses),
    qosClass: state.qosClass,
  };
}

/** A terminal phase is shown only when no container can be running any more, and never changes again. */
function shownPhase(state: PodState, computed: Phase): Phase {
  const before = state.status.phase as Phase;
  if (isTerminal(before)) return before;
  if (state.finished) return isTerminal(computed) ? computed : 'Failed';
  return isTerminal(computed) ? before : computed;
}

/** At the end, what never got a final state gets one, as far as the Pod shows that it was begun (kubelet-lifecycle 6.4). */
function finalize(state: PodState, statuses: Map<string, ContainerStatus>): void {
  if (isInitialized(state, statuses)) settle(state, statuses, 'regular', Infinity);
  const init = state.containers.filter(({ kind }) => kind !== 'regular').map(({ name }) => statuses.get(name));
  const lastBegun = init.findLastIndex((status) => status?.state?.terminated !== undefined || status?.lastState?.terminated !== undefined);
  settle(state, statuses, 'init', Math.max(lastBegun, 0));
}

function settle(state: PodState, statuses: Map<string, ContainerStatus>, group: 'regular' | 'init', last: number): void {
  const tracks = state.containers.filter(({ kind }) => (kind === 'regular') === (group === 'regular'));
  for (const [i, { name }] of tracks.entries()) {
    const status = statuses.get(name);
    if (i <= last && status !== undefined && status.state?.terminated === undefined) statuses.set(name, unlocated(status));
  }
}

function isInitialized(state: PodState, statuses: ReadonlyMap<string, ContainerStatus>): boolean {
  const ran = (name: string): boolean => {
    const status = statuses.get(name);
    return status?.state?.running !== undefined || status?.state?.terminated !== undefined || status?.lastState?.terminated !== undefined;
  };
  if (state.containers.some(({ kind, name }) => kind === 'regular' && ran(name))) return true;
  const last = state.containers.findLast(({ kind }) => kind !== 'regular');
  if (last === undefined) return true;
  const status = statuses.get(last.name);
  return last.kind === 'sidecar' ? status?.started === true : (status?.state?.terminated ?? status?.lastState?.terminated)?.exitCode === 0;
}

/** Regular containers sorted by name, init entries in spec order. */
function listed(
  state: PodState,
  statuses: ReadonlyMap<string, ContainerStatus>,
): Pick<PodStatus, 'initContainerStatuses' | 'containerStatuses'> {
  const pick = (regular: boolean): ContainerStatus[] =>
    state.containers.flatMap(({ kind, name }) => ((kind === 'regular') === regular ? (statuses.get(name) ?? []) : []));
  const init = pick(false);
  const regular = pick(true).sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...(init.length === 0 ? {} : { initContainerStatuses: init }), containerStatuses: regular };
}

/** Conditions that others own (readiness gates) stay as they are. */
function foreignConditions(state: PodState, own: readonly { readonly type: string }[]): NonNullable<PodStatus['conditions']> {
  const kubelets = ['AllContainersRestarting', 'DisruptionTarget', ...own.map(({ type }) => type)];
  return (state.status.conditions ?? []).filter(({ type }) => !kubelets.includes(type));
}
