import type { Pod } from '../../pod/types.ts';
import { badRequest } from '../api-error.ts';
import { statusOfContainer } from './container-choice.ts';

export interface LogInstance {
  /** The restart count of the instance that the log is of: the number of its file. */
  readonly number: number;
  readonly isRunning: boolean;
}

/**
 * Which instance of a container a log is asked of: the one that runs or ran last, with `previous` the one before it.
 *
 * @throws ApiError in the kubelet's words when there is none (validateContainerLogStatus).
 */
export function logInstance(pod: Pod, container: string, previous: boolean): LogInstance {
  const status = statusOfContainer(pod, container);
  const { name } = pod.metadata;
  if (status === undefined) throw badRequest(`container "${container}" in pod "${name}" is not available`);
  const { state, lastState, restartCount } = status;
  const last = lastState?.terminated;
  const waiting = state?.waiting;
  if (previous) {
    if (!last?.containerID) throw badRequest(`previous terminated container "${container}" in pod "${name}" not found`);
    return { number: waiting === undefined ? Math.max(0, restartCount - 1) : restartCount, isRunning: false };
  }
  if (state?.running !== undefined) return { number: restartCount, isRunning: true };
  const ended = state?.terminated?.containerID ? state.terminated : last;
  if (ended?.containerID) return { number: restartCount, isRunning: false };
  if (state?.terminated !== undefined || last !== undefined) throw badRequest(`container "${container}" in pod "${name}" is terminated`);
  const why = waitingTexts[waiting?.reason ?? ''] ?? waiting?.reason;
  throw badRequest(`container "${container}" in pod "${name}" is waiting to start${why === undefined ? ' - no logs yet' : `: ${why}`}`);
}

const waitingTexts: Readonly<Record<string, string>> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
};
