import type { ContainerStateTerminated, ContainerStatus, PodStatus } from '../pod/types.ts';
import type { BackOff, BackOffLimits } from './back-off.ts';
import { resumeProbes } from './probes.ts';
import { restartingAllReason } from './restart-all.ts';
import type { ReportedRecord, RuntimeReport } from './runtime-report.ts';
import type { ContainerTrack, PodState, Resume } from './state.ts';
import { lostExit } from './status/container-status.ts';
import { isTerminal } from './status/phase.ts';

/**
 * Restores one container from what the runtime reports of it, and from its last status where the runtime has forgotten. Gives the
 * records that are not to be there any more.
 */
export function restoreContainer(state: PodState, track: ContainerTrack, report: RuntimeReport, now: number): Resume['obsolete'] {
  const before = statusOf(report.status, track.name);
  const reported = report.records[track.name] ?? [];
  const isObsolete = wasRemoved(before, reported[0]);
  const [newest, previous] = isObsolete ? [] : reported;
  track.restartCount = Math.max(before?.restartCount ?? 0, newest?.restartCount ?? 0);
  track.instances = newest === undefined ? track.restartCount : newest.restartCount + 1;
  track.previousFinishedAt = previous?.finishedAt;
  track.last = lastExit(before, newest, previous, state.options.runtimeName);
  const record = newest ?? (isObsolete ? undefined : forgotten(state, track, before, report));
  if (record === undefined) {
    if (report.sandbox !== undefined && before?.state?.running !== undefined && !isObsolete) vanished(track);
  } else {
    track.record = {
      ...record,
      sandboxID: state.sandbox.id,
      exit: record.exit,
      runningPass: 0,
      exitPass: 0,
      restartAfterKill: false,
      // What never changes while the container exists.
      volumeMounts: before?.volumeMounts,
      user: before?.user?.linux === undefined ? undefined : { linux: before.user.linux },
    };
    track.backOff = restoredBackOff(track, state.options.crashLoopBackOff, now);
    if (record.state === 'running') resumeProbes(track, before?.restartCount === record.restartCount ? before : undefined, now);
  }
  return isObsolete ? reported.map(({ id }) => ({ container: track.name, containerID: id })) : [];
}

function statusOf(status: PodStatus | undefined, container: string): ContainerStatus | undefined {
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = status ?? {};
  return [...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].find(({ name }) => name === container);
}

/** RestartAllContainers had it removed, and the supervisor died before the runtime did so. */
function wasRemoved(before: ContainerStatus | undefined, newest: ReportedRecord | undefined): boolean {
  if (before === undefined || newest === undefined) return false;
  return before.lastState?.terminated?.reason === restartingAllReason && before.restartCount > newest.restartCount;
}

/** lastState: the record before the newest, else what was shown of it. */
function lastExit(
  before: ContainerStatus | undefined,
  newest: ReportedRecord | undefined,
  previous: ReportedRecord | undefined,
  runtimeName: string,
): ContainerStateTerminated | undefined {
  if (previous?.exit !== undefined) return previous.exit;
  const isNew = newest !== undefined && before !== undefined && newest.restartCount > before.restartCount;
  const shown = (isNew ? before.state?.terminated : undefined) ?? before?.lastState?.terminated;
  // A container that is held back shows its own end there.
  return newest !== undefined && shown?.containerID === `${runtimeName}://${newest.id}` ? undefined : shown;
}

/**
 * The runtime may have dropped the record of an init container that completed: its last status, or that something behind it
 * was begun, tells that it did (kubelet-lifecycle 2.5, 7.3). Of a Pod that has come to its end, the status tells all.
 */
function forgotten(
  { containers }: PodState,
  track: ContainerTrack,
  before: ContainerStatus | undefined,
  report: RuntimeReport,
): ReportedRecord | undefined {
  const shown = before?.state?.terminated;
  if (isTerminal(report.status?.phase ?? '')) return shown && recordOf(track, before, shown);
  if (track.kind !== 'init' || report.sandbox === undefined) return undefined;
  const behind = containers.slice(containers.indexOf(track) + 1).filter(({ kind }) => kind !== 'ephemeral');
  const wentOn = behind.some(({ name }) => {
    const [newest] = report.records[name] ?? [];
    return newest !== undefined && !wasRemoved(statusOf(report.status, name), newest);
  });
  const exit = shown ?? (wentOn ? { exitCode: 0, reason: 'Completed' } : undefined);
  return exit?.exitCode === 0 ? recordOf(track, before, exit) : undefined;
}

function recordOf(track: ContainerTrack, before: ContainerStatus | undefined, exit: ContainerStateTerminated): ReportedRecord {
  const { image } = track.spec;
  return {
    id: before?.containerID?.replace(/^.*:\/\//, '') ?? '',
    state: 'exited',
    restartCount: track.restartCount,
    specImage: image,
    image: before?.image ?? image,
    imageID: before?.imageID ?? '',
    startedAt: exit.startedAt === undefined ? 0 : Date.parse(exit.startedAt),
    finishedAt: exit.finishedAt === undefined ? 0 : Date.parse(exit.finishedAt),
    exit,
  };
}

/** It ran when it was shown last, and the runtime knows nothing of it (kubelet-lifecycle 7.3). */
function vanished(track: ContainerTrack): void {
  track.last = lostExit;
  track.restartCount += 1;
  track.instances = track.restartCount;
}

/** A kubelet forgets its back-offs when it restarts. Here a crash loop stays one: how far it has come is told by the restarts. */
function restoredBackOff({ record, last, restartCount }: ContainerTrack, limits: BackOffLimits, now: number): BackOff | undefined {
  if (record === undefined || restartCount === 0) return undefined;
  const { startedAt = '', finishedAt = '' } = last ?? {};
  const ranLong = Date.parse(finishedAt) - Date.parse(startedAt) > 2 * limits.maxMs;
  const doubled = ranLong ? 0 : restartCount - 1;
  return { delayMs: Math.min(limits.initialMs * 2 ** doubled, limits.maxMs), advancedAt: record.startedAt === 0 ? now : record.startedAt };
}
