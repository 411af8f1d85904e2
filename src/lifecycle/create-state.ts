import type { ContainerStateTerminated, ContainerStatus, Pod, PodStatus } from '../pod/types.ts';
import { qosClass } from '../pod/qos.ts';
import { defaultBackOff } from './back-off.ts';
import { containerTracks } from './container-track.ts';
import type { ContainerRecord, ContainerTrack, LifecycleOptions, PodState, Sandbox } from './state.ts';
import { podStatus } from './status/pod-status.ts';

/** What the runtime still has of a Pod when the supervising process starts again. */
export interface RuntimeReport {
  /** The newest sandbox, if it still runs. */
  readonly sandbox:
    { readonly id: string; readonly attempt: number; readonly ips: readonly string[]; readonly hostIPs: readonly string[] } | undefined;
  /** Newest record first. */
  readonly records: Readonly<Record<string, readonly ReportedRecord[]>>;
  /** The status as it was published last, where it was kept. */
  readonly status: PodStatus | undefined;
}

export type ReportedRecord = Pick<
  ContainerRecord,
  'id' | 'state' | 'restartCount' | 'specImage' | 'image' | 'imageID' | 'startedAt' | 'finishedAt'
> & {
  readonly exit?: ContainerStateTerminated;
};

/**
 * The state of a Pod that nothing was done for yet, or, with `report`, of one that the runtime already knows: completed init
 * containers stay completed, what runs goes on, and what was started and ready stays so (kubelet-lifecycle 2.6, 4.3).
 */
export function createPodState(pod: Pod, now: number, options: Partial<LifecycleOptions> = {}, report?: RuntimeReport): PodState {
  const state: PodState = {
    pod,
    options: {
      initFailure: 'restart',
      crashLoopBackOff: defaultBackOff,
      imageBackOff: defaultBackOff,
      runtimeName: 'containerd',
      kubernetesMinor: 36,
      ...options,
    },
    pass: 0,
    startTime: report?.status?.startTime === undefined ? now : Date.parse(report.status.startTime),
    volumes: { phase: 'unmounted', message: undefined, retryAt: 0, mountedAt: now },
    sandbox: sandboxOf(report),
    containers: containerTracks(pod.spec),
    imageBackOffs: {},
    relistAt: 0,
    deferred: [],
    deletion: undefined,
    termination: undefined,
    restartAll: undefined,
    failure: undefined,
    finished: false,
    qosClass: qosClass(pod),
    status: report?.status ?? { phase: 'Pending' },
    dirty: true,
  };
  if (report !== undefined) for (const track of state.containers) restore(track, report, now);
  if (report?.status === undefined) state.status = podStatus(state, now);
  return state;
}

function sandboxOf(report: RuntimeReport | undefined): Sandbox {
  const sandbox = report?.sandbox;
  // Records without a running sandbox: it was lost, as after a reboot.
  const lost = report !== undefined && Object.values(report.records).some((records) => records.length > 0);
  if (sandbox === undefined) return { phase: 'none', id: '', attempt: lost ? 1 : 0, ips: [], hostIPs: [], message: undefined, retryAt: 0 };
  return { ...sandbox, phase: 'ready', message: undefined, retryAt: 0 };
}

function restore(track: ContainerTrack, report: RuntimeReport, now: number): void {
  const before = [...(report.status?.initContainerStatuses ?? []), ...(report.status?.containerStatuses ?? [])].find(
    ({ name }) => name === track.name,
  );
  const [newest, previous] = report.records[track.name] ?? [];
  track.last = previous?.exit ?? before?.lastState?.terminated;
  track.previousFinishedAt = previous?.finishedAt;
  track.restartCount = Math.max(before?.restartCount ?? 0, newest?.restartCount ?? 0);
  track.instances = newest === undefined ? track.restartCount : newest.restartCount + 1;
  // A sandbox that was lost takes the records of its init entries with it.
  if (report.sandbox === undefined && track.kind !== 'regular') return;
  const record = newest ?? completedBefore(track, before, report);
  if (record === undefined) return;
  track.record = {
    ...record,
    sandboxID: report.sandbox?.id ?? '',
    exit: record.exit,
    runningPass: 0,
    exitPass: 0,
    restartAfterKill: false,
  };
  if (record.state !== 'running') return;
  for (const worker of track.probes) {
    worker.containerID = record.id;
    worker.tickBase = now;
    worker.nextTickAt = now;
    if (worker.kind === 'startup' && before?.started === true) Object.assign(worker, { result: 'success', onHold: true });
    if (worker.kind === 'readiness' && before?.ready === true) worker.result = 'success';
  }
}

/**
 * The runtime may have dropped the record of an init container that completed: its last status, or that something behind it
 * was begun, tells that it did (kubelet-lifecycle 2.5, 7.3).
 */
function completedBefore(track: ContainerTrack, before: ContainerStatus | undefined, report: RuntimeReport): ReportedRecord | undefined {
  if (track.kind !== 'init') return undefined;
  const wentOn = Object.values(report.records).some((records) => records.length > 0);
  const exit = before?.state?.terminated ?? (wentOn ? { exitCode: 0, reason: 'Completed' } : undefined);
  if (exit?.exitCode !== 0) return undefined;
  const { image } = track.spec;
  return {
    id: '',
    state: 'exited',
    restartCount: track.restartCount,
    specImage: image,
    image,
    imageID: '',
    startedAt: 0,
    finishedAt: 0,
    exit,
  };
}
