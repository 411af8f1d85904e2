import { exitDecision } from './restart-policy.ts';
import { hasSucceeded, initEntries, isStarted, regularEntries } from './state.ts';
import type { ContainerTrack, PodState } from './state.ts';

export interface InitPlan {
  /** Every init container has completed and every sidecar has started once: the regular containers may be looked at. */
  readonly initialized: boolean;
  /** To be started, in spec order. */
  readonly start: readonly ContainerTrack[];
  /** To be killed and started again. */
  readonly kill: readonly { readonly track: ContainerTrack; readonly cause: KillCause }[];
  /** An init container failed for good: the Pod ends. */
  readonly failed: ContainerTrack | undefined;
}

export type KillCause = 'startup' | 'liveness' | 'definition' | 'unknown';

/**
 * What is to be done with the entries of initContainers, from the last to the first (kubelet-lifecycle 2.5): the entry with the
 * highest index that has a record determines the progress.
 */
export function planInit(state: PodState): InitPlan {
  const entries = initEntries(state);
  const start: ContainerTrack[] = [];
  const kill: { track: ContainerTrack; cause: KillCause }[] = [];
  const mainRuns = regularEntries(state).some(
    ({ record, start: attempt }) => attempt !== undefined || record?.state === 'created' || record?.state === 'running',
  );
  let initialized = entries.length === 0 || mainRuns;
  // Once something was seen to have gone on from here, earlier init containers need no look any more.
  let settled = mainRuns;
  for (let i = entries.length - 1; i >= 0; i--) {
    const track = entries[i];
    if (track === undefined) break;
    const next = entries[i + 1];
    if (track.start !== undefined || track.stop !== undefined) {
      settled = true;
      continue;
    }
    if (track.record === undefined) {
      if (settled && track.kind === 'sidecar') start.push(track);
      continue;
    }
    if (settled && track.kind === 'init') continue;
    switch (track.record.state) {
      case 'created':
        start.push(track);
        break;
      case 'running':
        if (track.kind === 'sidecar') {
          const cause = sidecarKillCause(track);
          if (cause !== undefined) {
            kill.push({ track, cause });
            start.push(track);
          }
          if (isStarted(track)) {
            if (next === undefined) initialized = true;
            else if (!settled) start.push(next);
          }
        }
        break;
      case 'exited':
        if (track.kind === 'sidecar') start.push(track);
        else if (!hasSucceeded(track)) {
          if (exitDecision(state.pod, track.spec, track.record.exit?.exitCode ?? 0) !== 'restart') return failed(track);
          start.push(track);
        } else if (next === undefined) initialized = true;
        else start.push(next);
        break;
      case 'unknown':
        if (track.kind === 'init' && (track.spec.restartPolicy ?? state.pod.spec.restartPolicy) === 'Never') return failed(track);
        kill.push({ track, cause: 'unknown' });
        start.push(track);
        break;
    }
    settled = true;
  }
  if (!settled && entries[0] !== undefined) start.push(entries[0]);
  return { initialized, start: inSpecOrder(entries, start), kill, failed: undefined };
}

/** The probes of a sidecar that runs, and its image once it has started. */
function sidecarKillCause(track: ContainerTrack): KillCause | undefined {
  if (probeResult(track, 'startup') === 'failure') return 'startup';
  if (!isStarted(track)) return undefined;
  if (track.record?.specImage !== track.spec.image) return 'definition';
  return probeResult(track, 'liveness') === 'failure' ? 'liveness' : undefined;
}

export function probeResult(track: ContainerTrack, kind: 'startup' | 'liveness'): string | undefined {
  return track.probes.find((worker) => worker.kind === kind)?.result;
}

function failed(track: ContainerTrack): InitPlan {
  return { initialized: false, start: [], kill: [], failed: track };
}

function inSpecOrder(entries: readonly ContainerTrack[], start: readonly ContainerTrack[]): ContainerTrack[] {
  return entries.filter((track) => start.includes(track) && track.start === undefined && track.stop === undefined);
}
