import type { EngineContainer } from '../containers/container-engine.ts';
import type { ContainerStatus } from './cri-api.ts';

/** A container's state as the layer above wants it: times in milliseconds. */
export function toEngineContainer(status: ContainerStatus, sandboxID: string): EngineContainer {
  const { id, labels, imageRef, message, reason, exitCode } = status;
  const startedAt = milliseconds(status.startedAt);
  const finishedAt = milliseconds(status.finishedAt);
  return {
    id,
    labels,
    sandboxID,
    state: states[status.state],
    createdAt: milliseconds(status.createdAt),
    // containerd notes the start only after it has happened: a short run may have ended before.
    startedAt: finishedAt > 0 ? Math.min(startedAt, finishedAt) : startedAt,
    finishedAt,
    exitCode,
    oomKilled: reason === 'OOMKilled',
    imageID: imageRef,
    ...(message !== '' && { message }),
  };
}

/** Whole milliseconds, from the CRI's nanoseconds. */
export function milliseconds(nanoseconds: number): number {
  return Math.floor(nanoseconds / 1e6);
}

const states = {
  CONTAINER_CREATED: 'created',
  CONTAINER_RUNNING: 'running',
  CONTAINER_EXITED: 'exited',
  CONTAINER_UNKNOWN: 'unknown',
} as const;
