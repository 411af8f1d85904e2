import type { ContainerStatus, PodStatus } from '../../pod/types.ts';
import { apiTime } from '../api-time.ts';
import { initEntries, regularEntries } from '../state.ts';
import type { ContainerTrack, PodState } from '../state.ts';
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
  if (isInitialized(state, statuses)) settle(regularEntries(state), statuses);
  const init = initEntries(state);
  const lastBegun = init
    .map(({ name }) => statuses.get(name))
    .findLastIndex((status) => status?.state?.terminated !== undefined || status?.lastState?.terminated !== undefined);
  settle(init.slice(0, Math.max(lastBegun, 0) + 1), statuses);
}

function settle(tracks: readonly ContainerTrack[], statuses: Map<string, ContainerStatus>): void {
  for (const { name } of tracks) {
    const status = statuses.get(name);
    if (status !== undefined && status.state?.terminated === undefined) statuses.set(name, unlocated(status));
  }
}

function isInitialized(state: PodState, statuses: ReadonlyMap<string, ContainerStatus>): boolean {
  const ran = (name: string): boolean => {
    const status = statuses.get(name);
    return status?.state?.running !== undefined || status?.state?.terminated !== undefined || status?.lastState?.terminated !== undefined;
  };
  if (regularEntries(state).some(({ name }) => ran(name))) return true;
  const last = initEntries(state).at(-1);
  if (last === undefined) return true;
  const status = statuses.get(last.name);
  return last.kind === 'sidecar' ? status?.started === true : (status?.state?.terminated ?? status?.lastState?.terminated)?.exitCode === 0;
}

/** Init entries in spec order, all others sorted by name. */
function listed(
  state: PodState,
  statuses: ReadonlyMap<string, ContainerStatus>,
): Pick<PodStatus, 'initContainerStatuses' | 'containerStatuses' | 'ephemeralContainerStatuses'> {
  const of = (tracks: readonly ContainerTrack[]): ContainerStatus[] => tracks.flatMap(({ name }) => statuses.get(name) ?? []);
  const init = of(initEntries(state));
  const ephemeral = of(state.containers.filter(({ kind }) => kind === 'ephemeral'));
  return {
    ...(init.length === 0 ? {} : { initContainerStatuses: init }),
    containerStatuses: of(regularEntries(state)).sort(byName),
    ...(ephemeral.length === 0 ? {} : { ephemeralContainerStatuses: ephemeral.sort(byName) }),
  };
}

function byName(a: ContainerStatus, b: ContainerStatus): number {
  return a.name < b.name ? -1 : 1;
}

/** Conditions that others own (readiness gates) stay as they are. */
function foreignConditions(state: PodState, own: readonly { readonly type: string }[]): NonNullable<PodStatus['conditions']> {
  const kubelets = ['AllContainersRestarting', 'DisruptionTarget', ...own.map(({ type }) => type)];
  return (state.status.conditions ?? []).filter(({ type }) => !kubelets.includes(type));
}
