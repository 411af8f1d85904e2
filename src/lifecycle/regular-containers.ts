import type { KillCause } from './init-containers.ts';
import { probeResult } from './init-containers.ts';
import { exitDecision, restartsAfterKill } from './restart-policy.ts';
import { regularEntries } from './state.ts';
import type { ContainerTrack, PodState } from './state.ts';

export interface RegularPlan {
  readonly start: readonly ContainerTrack[];
  readonly kill: readonly { readonly track: ContainerTrack; readonly cause: KillCause; readonly restart: boolean }[];
  /** Nothing runs and nothing is to be started: the Pod is done, and what is left of it is taken down. */
  readonly completed: boolean;
}

/** What is to be done with the regular containers of an initialized Pod. */
export function planRegular(state: PodState): RegularPlan {
  const start: ContainerTrack[] = [];
  const kill: { track: ContainerTrack; cause: KillCause; restart: boolean }[] = [];
  let kept = 0;
  for (const track of regularEntries(state)) {
    if (track.start !== undefined || track.stop !== undefined) {
      kept += 1;
      continue;
    }
    if (track.record?.state !== 'running') {
      if (isToBeStarted(state, track)) start.push(track);
      continue;
    }
    const cause = killCause(track);
    if (cause === undefined) {
      kept += 1;
      continue;
    }
    const restart = cause === 'definition' || restartsAfterKill(state.pod, track.spec);
    kill.push({ track, cause, restart });
    if (restart) kept += 1;
  }
  return { start, kill, completed: kept === 0 && start.length === 0 };
}

/** Every regular container has ended for good: whatever the sidecars do, the Pod is done. */
export function areRegularDone(state: PodState): boolean {
  return regularEntries(state).every(({ record, spec }) => {
    if (record?.exit === undefined || record.restartAfterKill) return false;
    return exitDecision(state.pod, spec, record.exit.exitCode) === 'stay';
  });
}

/** Whether a container that does not run is to be started: never started yet, or ended with a restart due. */
export function isToBeStarted(state: PodState, track: ContainerTrack): boolean {
  const { record } = track;
  if (state.deletion !== undefined) return false;
  if (track.kind === 'ephemeral') return record === undefined || record.state === 'created';
  if (record === undefined || record.state === 'created' || record.state === 'unknown') return true;
  if (record.state === 'running') return false;
  return record.restartAfterKill || exitDecision(state.pod, track.spec, record.exit?.exitCode ?? 0) !== 'stay';
}

function killCause(track: ContainerTrack): KillCause | undefined {
  if (track.record?.specImage !== track.spec.image) return 'definition';
  if (probeResult(track, 'liveness') === 'failure') return 'liveness';
  return probeResult(track, 'startup') === 'failure' ? 'startup' : undefined;
}
