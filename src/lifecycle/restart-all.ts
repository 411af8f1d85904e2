import { act, wake } from './pass.ts';
import type { Pass } from './pass.ts';
import { isRunning, lastingEntries } from './state.ts';
import type { ContainerTrack, PodState } from './state.ts';
import { stopContainer } from './stop-container.ts';

/** All containers are to be removed and started again in the same sandbox (kubelet-lifecycle 1.4). */
export function requestRestartAll(pass: Pass, source: ContainerTrack): void {
  const { state } = pass;
  if (state.termination !== undefined || state.deletion !== undefined) return;
  state.dirty = true;
  if (state.restartAll === undefined) {
    state.restartAll = { stage: 'stopping', startedAt: pass.now, sources: [source.name] };
    wake(pass, pass.now);
  } else if (!state.restartAll.sources.includes(source.name)) {
    state.restartAll = { ...state.restartAll, sources: [...state.restartAll.sources, source.name] };
  }
}

/** Kills what runs without grace, removes every record, shows that, and lets initialization begin again. */
export function advanceRestartAll(pass: Pass): void {
  const { state } = pass;
  const { restartAll } = state;
  if (restartAll === undefined) return;
  if (restartAll.stage === 'shown') {
    state.restartAll = undefined;
    for (const track of state.containers) track.restartingAll = false;
    state.dirty = true;
    wake(pass, pass.now);
    return;
  }
  for (const track of victimsFirst(state)) {
    if (isRunning(track)) {
      track.start = undefined;
      stopContainer(pass, track, { graceSeconds: 0, ordered: false, message: 'killing' });
    }
  }
  if (lastingEntries(state).some((track) => isRunning(track) || isBeingStarted(track))) return;
  for (const track of victimsFirst(state)) remove(pass, track);
  restartAll.stage = 'shown';
  state.dirty = true;
  wake(pass, pass.now);
}

/** An attempt that the runtime already works at is waited for; one that it has not begun is given up. */
function isBeingStarted(track: ContainerTrack): boolean {
  if (track.start?.step === 'image') track.start = undefined;
  return track.start !== undefined;
}

function remove(pass: Pass, track: ContainerTrack): void {
  const { record } = track;
  if (record === undefined) return;
  act(pass, { type: 'RemoveContainer', container: track.name, containerID: record.id });
  track.record = undefined;
  track.startError = undefined;
  track.previousFinishedAt = undefined;
  track.restartCount += 1;
  track.restartingAll = true;
  track.last = restartedExit;
}

export const restartingAllReason = 'RestartingAllContainers';
export const restartingAllMessage = 'The container is removed because RestartAllContainers in place';

const restartedExit = { exitCode: 137, reason: restartingAllReason, message: restartingAllMessage };

/** Regular containers before init entries, those whose exit asked for it last. */
function victimsFirst(state: PodState): ContainerTrack[] {
  const sources = state.restartAll?.sources ?? [];
  const regularFirst = (a: ContainerTrack, b: ContainerTrack): number => Number(b.kind === 'regular') - Number(a.kind === 'regular');
  return [
    ...lastingEntries(state)
      .filter(({ name }) => !sources.includes(name))
      .sort(regularFirst),
    ...lastingEntries(state)
      .filter(({ name }) => sources.includes(name))
      .sort(regularFirst),
  ];
}
