import { exitDecision } from '../restart-policy.ts';
import { restartingAllReason } from '../restart-all.ts';
import { isStarted } from '../state.ts';
import type { ContainerTrack, PodState } from '../state.ts';
import type { ContainerStatus } from '../../pod/types.ts';

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** The phase by the states of the containers (kubelet-lifecycle 7.1); what a Pod that still runs may show of it, others decide. */
export function computePhase(state: PodState, statuses: ReadonlyMap<string, ContainerStatus>): Phase {
  const count = countContainers(state, statuses);
  const mainCreated = state.containers.some(({ kind, record }) => kind === 'regular' && record?.sandboxID === state.sandbox.id);
  if (count.failedForGood > 0) return 'Failed';
  if (count.pendingInit > 0 || (count.pendingSidecar > 0 && !mainCreated) || count.waiting > 0) return 'Pending';
  if (count.running > 0) return 'Running';
  if (count.stopped === 0) return 'Pending';
  const outcome = count.stopped === count.succeeded ? 'Succeeded' : 'Failed';
  if (state.finished || state.termination?.containersStopped === true) return outcome;
  return count.stopped === count.noRestart ? outcome : 'Running';
}

export function isTerminal(phase: string): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

interface Count {
  pendingInit: number;
  failedForGood: number;
  pendingSidecar: number;
  waiting: number;
  running: number;
  stopped: number;
  succeeded: number;
  noRestart: number;
}

function countContainers(state: PodState, statuses: ReadonlyMap<string, ContainerStatus>): Count {
  const count: Count = {
    pendingInit: 0,
    failedForGood: 0,
    pendingSidecar: 0,
    waiting: 0,
    running: 0,
    stopped: 0,
    succeeded: 0,
    noRestart: 0,
  };
  for (const track of state.containers) {
    const status = statuses.get(track.name);
    if (status === undefined) continue;
    if (track.kind === 'init') countInit(state, track, status, count);
    else if (track.kind === 'sidecar') countSidecar(state, track, status, count);
    else if (track.kind === 'regular') countRegular(state, track, status, count);
  }
  return count;
}

function countInit(state: PodState, track: ContainerTrack, { state: now, lastState }: ContainerStatus, count: Count): void {
  const ended = now?.terminated ?? (now?.waiting === undefined ? undefined : lastState?.terminated);
  if (ended === undefined) count.pendingInit += 1;
  else if (ended.exitCode !== 0 && ended.reason !== restartingAllReason && exitDecision(state.pod, track.spec, ended.exitCode) === 'stay') {
    count.failedForGood += 1;
  }
}

/** `started` counts from the status after the one that first shows the sidecar running. */
function countSidecar(state: PodState, track: ContainerTrack, { state: now, lastState }: ContainerStatus, count: Count): void {
  if (now?.running !== undefined) {
    count.running += 1;
    if (!isStarted(track) || track.record?.runningPass === state.pass) count.pendingSidecar += 1;
  } else if (now?.terminated === undefined && lastState?.terminated === undefined) {
    count.waiting += 1;
    count.pendingSidecar += 1;
  }
}

function countRegular(state: PodState, track: ContainerTrack, { state: now, lastState }: ContainerStatus, count: Count): void {
  if (now?.running !== undefined) {
    count.running += 1;
    return;
  }
  const ended = now?.terminated ?? lastState?.terminated;
  if (ended === undefined) {
    count.waiting += 1;
    return;
  }
  count.stopped += 1;
  if (ended.reason !== restartingAllReason && exitDecision(state.pod, track.spec, ended.exitCode) === 'stay') count.noRestart += 1;
  if (now?.terminated?.exitCode === 0) count.succeeded += 1;
}
