import { backOffUntil } from './back-off.ts';
import { orderPredecessor } from './decide.ts';
import { isToBeStarted } from './regular-containers.ts';
import { hasSucceeded, initEntries, isReady, isRunning, isShownRunning, isStarted } from './state.ts';
import type { ContainerTrack, PodState, ProbeWorker } from './state.ts';
import { inFrontOf } from './stop-container.ts';
import type { Wait, WaitCause } from './wait.ts';

/**
 * Why each container is not yet where it is going, one cause a container at most: nothing waits without a cause. `since` is
 * left to `trackWaits`, which knows what was true before.
 */
export function podWaits(state: PodState, now: number): Omit<Wait, 'since'>[] {
  if (state.finished) return [];
  return state.containers.flatMap((track) => {
    const cause = waitOf(state, track, now);
    return cause === undefined ? [] : [{ container: track.name, ...cause }];
  });
}

/** The waits as they are now, each with the time since when its cause holds. */
export function trackWaits(before: readonly Wait[], state: PodState, now: number): Wait[] {
  return podWaits(state, now).map((wait) => {
    const same = before.find((old) => old.container === wait.container && sameCause(old.cause, wait.cause));
    return { ...wait, since: same?.since ?? now };
  });
}

type Found = Pick<Wait, 'cause' | 'until'>;

function waitOf(state: PodState, track: ContainerTrack, now: number): Found | undefined {
  if (state.termination !== undefined) return terminationWait(state, track);
  if (track.stop !== undefined) return stopWait(state, track);
  if (state.restartAll !== undefined) return { cause: { kind: 'RestartingAllContainers' } };
  if (isShownRunning(track)) return runningWait(track);
  if (track.start !== undefined) return startingWait(track);
  if (track.kind === 'init' && track.record?.state === 'exited' && hasSucceeded(track)) return undefined;
  if ((track.kind === 'regular' || track.kind === 'ephemeral') && !isToBeStarted(state, track)) return undefined;
  return podWait(state) ?? initOrderWait(state, track) ?? heldBackWait(state, track, now) ?? { cause: { kind: 'Starting' } };
}

function terminationWait(state: PodState, track: ContainerTrack): Found | undefined {
  if (isRunning(track)) return stopWait(state, track);
  const ended = track.record?.state === 'exited';
  return ended ? undefined : { cause: { kind: 'PodEnds', reason: state.failure?.reason ?? state.termination?.cause ?? '' } };
}

function stopWait(state: PodState, track: ContainerTrack): Found {
  const { stop } = track;
  if (stop?.stage === 'preStop') return { cause: { kind: 'PreStop' }, until: stop.stageSince + stop.graceSeconds * 1000 };
  if (stop?.stage === 'turn') {
    const of = inFrontOf(state, track).map(({ name }) => name);
    return { cause: { kind: 'TerminationOrder', of }, until: stop.stageSince + stop.graceSeconds * 1000 };
  }
  return stop === undefined ? { cause: { kind: 'Grace' } } : { cause: { kind: 'Grace' }, until: stop.killAt };
}

function runningWait(track: ContainerTrack): Found | undefined {
  if (!isStarted(track)) return startupWait(track);
  if (isReady(track)) return undefined;
  const readiness = track.probes.find(({ kind }) => kind === 'readiness');
  if (readiness === undefined) return undefined;
  return {
    cause: { kind: 'ReadinessProbe', of: track.name, failures: failures(readiness), nextAttemptAt: readiness.nextTickAt },
    until: readiness.nextTickAt,
  };
}

function startupWait(track: ContainerTrack): Found | undefined {
  const worker = track.probes.find(({ kind }) => kind === 'startup');
  if (worker === undefined) return undefined;
  const cause: WaitCause = {
    kind: 'StartupProbe',
    of: track.name,
    failures: failures(worker),
    failureThreshold: worker.probe.failureThreshold,
    nextAttemptAt: worker.nextTickAt,
  };
  return { cause, until: worker.nextTickAt };
}

function startingWait(track: ContainerTrack): Found {
  if (track.start?.step === 'postStart') return { cause: { kind: 'PostStart', of: track.name } };
  if (track.start?.pulling === true && track.start.step === 'image') return { cause: { kind: 'ImagePull', image: track.spec.image } };
  return { cause: { kind: 'Starting' } };
}

function podWait({ volumes, sandbox }: PodState): Found | undefined {
  if (volumes.phase !== 'mounted') {
    if (volumes.message === undefined) return { cause: { kind: 'Volumes' } };
    return { cause: { kind: 'Volumes', message: volumes.message }, until: volumes.retryAt };
  }
  if (sandbox.phase === 'ready') return undefined;
  if (sandbox.message === undefined) return { cause: { kind: 'Sandbox' } };
  return { cause: { kind: 'Sandbox', message: sandbox.message }, until: sandbox.retryAt };
}

/** The first entry before it that has not gone far enough; an ephemeral container waits for none. */
function initOrderWait(state: PodState, track: ContainerTrack): Found | undefined {
  if (track.kind === 'ephemeral') return undefined;
  const mainRuns = state.containers.some((other) => other.kind === 'regular' && isRunning(other));
  for (const entry of initEntries(state)) {
    if (entry === track) return undefined;
    if (entry.kind === 'init' && !mainRuns && !(entry.record?.state === 'exited' && hasSucceeded(entry))) {
      return { cause: { kind: 'InitCompletion', of: entry.name } };
    }
    if (entry.kind === 'sidecar' && !mainRuns && !isStarted(entry)) return sidecarWait(entry);
  }
  const before = orderPredecessor(state, track);
  if (before === undefined || track.record !== undefined) return undefined;
  return { cause: { kind: before.start?.step === 'postStart' ? 'PostStart' : 'StartOrder', of: before.name } };
}

function sidecarWait(entry: ContainerTrack): Found {
  if (entry.start?.step === 'postStart') return { cause: { kind: 'PostStart', of: entry.name } };
  return (isShownRunning(entry) ? startupWait(entry) : undefined) ?? { cause: { kind: 'SidecarRunning', of: entry.name } };
}

function heldBackWait(state: PodState, track: ContainerTrack, now: number): Found | undefined {
  const { startError } = track;
  if (startError === undefined) return undefined;
  const { reason, message, retryAt } = startError;
  if (reason === 'CrashLoopBackOff') {
    const { backOff, record } = track;
    const until = backOffUntil(backOff, state.options.crashLoopBackOff, record?.finishedAt ?? now, now) ?? retryAt;
    return { cause: { kind: 'CrashLoopBackOff', restarts: track.restartCount, backOffMs: backOff?.delayMs ?? 0 }, until };
  }
  const image = track.spec.image;
  if (state.imageBackOffs[image] !== undefined) return { cause: { kind: 'ImageBackOff', image, reason, message }, until: retryAt };
  return { cause: { kind: 'StartError', reason, message }, until: retryAt };
}

function failures(worker: ProbeWorker): number {
  return worker.lastOutcome === 'failure' ? worker.run : 0;
}

/** The same reason to wait, though its numbers may have moved on. */
function sameCause(a: WaitCause, b: WaitCause): boolean {
  return a.kind === b.kind && ('of' in a ? String(a.of) : '') === ('of' in b ? String(b.of) : '');
}
