import type { ContainerState, ContainerStateTerminated, ContainerStatus } from '../../pod/types.ts';
import { apiTime } from '../api-time.ts';
import { isToBeStarted } from '../regular-containers.ts';
import { restartingAllMessage, restartingAllReason } from '../restart-all.ts';
import { hasSucceeded, isReady, isRunning, isShownRunning, isStarted } from '../state.ts';
import type { ContainerTrack, PodState } from '../state.ts';

/** The status of one container as the API shows it (kubelet-lifecycle 7.3). */
export function containerStatus(state: PodState, track: ContainerTrack): ContainerStatus {
  const { record } = track;
  const { current, last } = states(state, track);
  const running = current.running !== undefined;
  return {
    name: track.name,
    state: current,
    ...(last === undefined ? { lastState: {} } : { lastState: { terminated: last } }),
    ready: track.kind === 'init' ? current.terminated?.exitCode === 0 : track.kind !== 'ephemeral' && running && isReady(track),
    restartCount: track.restartCount,
    image: record === undefined || record.image === '' ? track.spec.image : record.image,
    imageID: record?.imageID ?? '',
    ...(record === undefined || record.id === '' ? {} : { containerID: `${state.options.runtimeName}://${record.id}` }),
    ...(track.kind === 'ephemeral' ? {} : { started: track.kind === 'init' ? running : running && isStarted(track) }),
    ...(Object.keys(track.spec.resources).length === 0 ? {} : { resources: track.spec.resources }),
    ...(record?.volumeMounts === undefined ? {} : { volumeMounts: [...record.volumeMounts] }),
    ...(record?.user === undefined || !isRunning(track) ? {} : { user: userStatus(record.user) }),
  };
}

/** What a container shows that the runtime could not be asked about at the Pod's end. */
export function unlocated(status: ContainerStatus): ContainerStatus {
  return { ...status, state: { terminated: lostExit }, ready: false, started: false };
}

/** How a container ended of which nobody knows how. */
export const lostExit: ContainerStateTerminated = {
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
};

function states(state: PodState, track: ContainerTrack): { current: ContainerState; last: ContainerStateTerminated | undefined } {
  const { record, last } = track;
  if (track.restartingAll && record === undefined && state.restartAll !== undefined) {
    return { current: { waiting: { reason: restartingAllReason, message: restartingAllMessage } }, last };
  }
  const error = shownError(state, track);
  const waiting: ContainerState =
    error === undefined ? defaultWaiting(state) : { waiting: { reason: error.reason, message: error.message } };
  if (record === undefined) return { current: waiting, last };
  switch (record.state) {
    case 'created':
      return { current: waiting, last };
    case 'running':
      return { current: isShownRunning(track) ? { running: { startedAt: apiTime(record.startedAt) } } : waiting, last };
    case 'exited':
      return error === undefined || isCompleted(track)
        ? { current: { terminated: record.exit ?? lostExit }, last }
        : { current: waiting, last: record.exit };
    case 'unknown':
      return { current: { terminated: lostExit }, last };
  }
}

/** Why it could not be started, while a start is still due; what an init entry ended with 0 stays visible instead. */
function shownError(state: PodState, track: ContainerTrack): ContainerTrack['startError'] {
  const { startError } = track;
  if (startError === undefined || startError.shownFromPass > state.pass) return undefined;
  if (state.termination !== undefined || state.deletion !== undefined) return undefined;
  return track.kind === 'sidecar' || isToBeStarted(state, track) ? startError : undefined;
}

function isCompleted(track: ContainerTrack): boolean {
  return (track.kind === 'init' || track.kind === 'sidecar') && track.record?.exit?.exitCode === 0 && hasSucceeded(track);
}

function defaultWaiting(state: PodState): ContainerState {
  const reason = (state.pod.spec.initContainers?.length ?? 0) > 0 ? 'PodInitializing' : 'ContainerCreating';
  return { waiting: { reason } };
}

type UserStatus = NonNullable<ContainerStatus['user']>;

function userStatus(user: {
  readonly linux: { readonly uid: number; readonly gid: number; readonly supplementalGroups?: readonly number[] };
}): UserStatus {
  const { uid, gid, supplementalGroups } = user.linux;
  return { linux: { uid, gid, ...(supplementalGroups === undefined ? {} : { supplementalGroups: [...supplementalGroups] }) } };
}
