import { act, normal, wake, warning } from './pass.ts';
import type { Pass } from './pass.ts';
import { terminationGraceSeconds } from './grace.ts';
import { isRunning } from './state.ts';
import type { Termination } from './state.ts';
import { advanceStop, shortenStop, stopContainer } from './stop-container.ts';

/** Begins to take the whole Pod down: all containers at once, sidecars in their turn (kubelet-lifecycle 6.3). */
export function beginTermination(pass: Pass, cause: Termination['cause']): void {
  const { state } = pass;
  if (state.termination !== undefined) return;
  state.dirty = true;
  state.restartAll = undefined;
  state.termination = { cause, startedAt: pass.now, graceSeconds: graceSeconds(pass, cause), containersStopped: false };
  if (cause === 'deadline') reportDeadline(pass);
  for (const track of state.containers) {
    if (track.start !== undefined && track.start.step !== 'create' && track.start.step !== 'start') track.start = undefined;
  }
  // Regular containers first: what sidecars wait for is what runs now.
  for (const track of [...state.containers].reverse()) {
    stopContainer(pass, track, {
      graceSeconds: state.termination.graceSeconds,
      ordered: true,
      message: `Stopping container ${track.name}`,
    });
  }
}

export function advanceTermination(pass: Pass): void {
  const { state } = pass;
  const { termination } = state;
  if (termination === undefined) return;
  for (const track of [...state.containers].reverse()) advanceStop(pass, track);
  if (state.containers.some((track) => isRunning(track) || track.start !== undefined) || state.volumes.phase === 'mounting') return;
  if (!termination.containersStopped) {
    termination.containersStopped = true;
    state.dirty = true;
    if (termination.cause === 'deadline') reportDeadline(pass);
    if (state.sandbox.phase === 'ready') {
      state.sandbox.phase = 'stopping';
      act(pass, { type: 'StopPodSandbox' });
    }
  }
  if (state.sandbox.phase === 'starting' || state.sandbox.phase === 'stopping') return;
  if (termination.cause === 'deadline') reportDeadline(pass);
  state.finished = true;
  state.dirty = true;
}

/** A deletion was asked for, perhaps not for the first time: the grace period can only shrink (kubelet-lifecycle 6.1). */
export function requestDeletion(pass: Pass, requested: number | undefined): void {
  const { state } = pass;
  const asked = requested ?? state.pod.spec.terminationGracePeriodSeconds;
  const grace = asked < 0 ? 1 : asked;
  if (state.deletion !== undefined && grace >= state.deletion.graceSeconds) return;
  state.deletion = { requestedAt: state.deletion?.requestedAt ?? pass.now, graceSeconds: grace };
  state.dirty = true;
  if (state.termination === undefined) return beginTermination(pass, 'deleted');
  const seconds = terminationGraceSeconds(state);
  if (seconds >= state.termination.graceSeconds) return;
  state.termination.graceSeconds = seconds;
  for (const track of state.containers) shortenStop(pass, track, seconds);
  wake(pass, pass.now);
}

/** The Pod used more than it may: it fails, with next to no grace period. */
export function evict(pass: Pass, message: string): void {
  if (pass.state.termination !== undefined) return;
  pass.state.failure = { reason: 'Evicted', message };
  warning(pass, 'Evicted', message);
  beginTermination(pass, 'evicted');
}

/** The kubelet says it at every look it takes from the deadline to the Pod's end: four times. */
export function reportDeadline(pass: Pass): void {
  normal(pass, 'DeadlineExceeded', deadlineMessage);
}

export const deadlineMessage = 'Pod was active on the node longer than the specified deadline';

/** A deletion that was under way when its supervisor died has used up a part of its grace period. */
function graceSeconds({ state, now }: Pass, cause: Termination['cause']): number {
  if (cause === 'evicted') return 1;
  const whole = terminationGraceSeconds(state);
  if (state.deletion === undefined) return whole;
  return Math.max(1, whole - Math.floor((now - state.deletion.requestedAt) / 1000));
}
