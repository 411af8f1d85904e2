import { minimumStopSeconds } from './grace.ts';
import type { HookFinished } from './observation.ts';
import { act, normal, wake, warning } from './pass.ts';
import type { Pass } from './pass.ts';
import { isRunning } from './state.ts';
import type { ContainerTrack, PodState, Stop } from './state.ts';

export interface StopRequest {
  /** 0: no preStop hook, no waiting for a turn. */
  readonly graceSeconds: number;
  /** Sidecars wait until what runs in front of them has ended. */
  readonly ordered: boolean;
  /** Of the Killing event. */
  readonly message: string;
}

/**
 * Begins to stop a running container: preStop hook, then (sidecars of a whole Pod) its turn, then the stop signal and, when
 * the grace period is over, SIGKILL. Whole seconds that each stage took are taken from the grace period; two seconds
 * between signal and SIGKILL always remain (kubelet-lifecycle 6.2).
 */
export function stopContainer(pass: Pass, track: ContainerTrack, request: StopRequest): void {
  const { record } = track;
  if (record?.state !== 'running' || track.stop !== undefined) return;
  normal(pass, 'Killing', request.message, track);
  pass.state.dirty = true;
  track.stop = { stage: 'turn', graceSeconds: request.graceSeconds, stageSince: pass.now, killAt: 0, ordered: request.ordered };
  const preStop = track.spec.lifecycle?.preStop;
  if (preStop !== undefined && request.graceSeconds > 0) {
    track.stop.stage = 'preStop';
    const timeoutMs = request.graceSeconds * 1000;
    act(pass, { type: 'RunHook', hook: 'preStop', container: track.name, containerID: record.id, handler: preStop, timeoutMs });
  }
  advanceStop(pass, track);
}

/** Moves a stop on as far as it can go now. */
export function advanceStop(pass: Pass, track: ContainerTrack): void {
  const { stop, record } = track;
  if (stop === undefined || record === undefined || stop.stage === 'signalled') return;
  const over = stop.stageSince + stop.graceSeconds * 1000;
  if (stop.stage === 'preStop') {
    if (pass.now < over) return wake(pass, over);
    nextStage(pass, stop, 'turn');
  }
  const waitsFor = stop.ordered && stop.graceSeconds > 0 ? inFrontOf(pass.state, track) : [];
  if (waitsFor.length > 0) {
    const turnOver = stop.stageSince + stop.graceSeconds * 1000;
    if (pass.now < turnOver) return wake(pass, turnOver);
  }
  nextStage(pass, stop, 'signalled');
  signal(pass, track, stop, record.id);
}

export function preStopFinished(pass: Pass, track: ContainerTrack, hook: HookFinished): void {
  if (track.record?.id !== hook.containerID || track.stop?.stage !== 'preStop') return;
  if (hook.httpFallback === true)
    warning(pass, 'LifecycleHTTPFallback', 'request to HTTPS lifecycle hook got HTTP response, retry with HTTP succeeded', track);
  // One that took the whole grace period is abandoned, which is no failure of the hook.
  const abandoned = pass.now >= track.stop.stageSince + track.stop.graceSeconds * 1000;
  if (!hook.ok && !abandoned) warning(pass, 'FailedPreStopHook', 'PreStopHook failed', track);
  nextStage(pass, track.stop, 'turn');
}

/** A shorter grace period came while the container is being stopped. */
export function shortenStop(pass: Pass, track: ContainerTrack, graceSeconds: number): void {
  const { stop, record } = track;
  if (stop === undefined || record === undefined) return;
  const left = stop.graceSeconds - Math.floor((pass.now - stop.stageSince) / 1000);
  if (graceSeconds >= left) return;
  stop.graceSeconds = graceSeconds;
  stop.stageSince = pass.now;
  if (stop.stage === 'signalled' && pass.now + graceSeconds * 1000 < stop.killAt) signal(pass, track, stop, record.id);
}

/**
 * What a sidecar waits for before its stop signal: every regular container, and the next sidecar behind it in the list,
 * as far as they run (kubelet-lifecycle 6.3).
 */
export function inFrontOf(state: PodState, track: ContainerTrack): ContainerTrack[] {
  if (track.kind !== 'sidecar') return [];
  const regular = state.containers.filter((other) => other.kind === 'regular' && isRunning(other));
  const sidecars = state.containers.filter((other) => other.kind === 'sidecar');
  const next = sidecars[sidecars.indexOf(track) + 1];
  return next !== undefined && isRunning(next) ? [...regular, next] : regular;
}

function nextStage(pass: Pass, stop: Stop, stage: Stop['stage']): void {
  stop.graceSeconds = Math.max(0, stop.graceSeconds - Math.floor((pass.now - stop.stageSince) / 1000));
  stop.stage = stage;
  stop.stageSince = pass.now;
}

function signal(pass: Pass, track: ContainerTrack, stop: Stop, containerID: string): void {
  const gracePeriodMs = Math.max(stop.graceSeconds, minimumStopSeconds) * 1000;
  stop.killAt = pass.now + gracePeriodMs;
  act(pass, { type: 'StopContainer', container: track.name, containerID, gracePeriodMs });
}
