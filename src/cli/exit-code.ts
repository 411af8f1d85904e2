import type { Ending } from '../agent/workload-run.ts';
import type { ContainerStatus } from '../pod/types.ts';
import { exitCodes } from './failure.ts';

/**
 * The exit code of a run: 0 when every Pod succeeded or was ended on request without a failure, otherwise that of the first
 * main container that failed; that of a failed init container when no main container ran; 1 where there is no code to give.
 */
export function runExitCode(endings: readonly Ending[]): number {
  for (const ending of endings) {
    const code = podExitCode(ending);
    if (code !== exitCodes.ok) return code;
  }
  return exitCodes.ok;
}

function podExitCode({ pod, requestedAt }: Ending): number {
  const { phase, containerStatuses = [], initContainerStatuses = [] } = pod.status;
  if (phase === 'Succeeded') return exitCodes.ok;
  const sidecars = new Set(pod.spec.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
  const init = initContainerStatuses.filter(({ name }) => !sidecars.has(name));
  for (const status of [...containerStatuses, ...init]) {
    const code = failureOf(status, requestedAt);
    if (code !== undefined) return code;
  }
  return requestedAt === undefined ? exitCodes.failed : exitCodes.ok;
}

/** What the stop itself ends a container with, SIGTERM or SIGKILL, is no failure of a container that was asked to end. */
const stoppedBySignal = new Set([143, 137]);

function failureOf({ state, lastState }: ContainerStatus, requestedAt: number | undefined): number | undefined {
  const ended = state?.terminated ?? lastState?.terminated;
  if (ended === undefined || ended.exitCode === 0) return undefined;
  if (requestedAt === undefined) return ended.exitCode;
  if (ended.reason === 'ContainerStatusUnknown') return undefined;
  // The API's times are whole seconds.
  const endedOnRequest = ended.finishedAt !== undefined && Date.parse(ended.finishedAt) >= Math.floor(requestedAt / 1000) * 1000;
  return endedOnRequest && stoppedBySignal.has(ended.exitCode) ? undefined : ended.exitCode;
}
