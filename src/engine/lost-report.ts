import type { ReportedRecord, RuntimeReport } from '../lifecycle/create-state.ts';
import type { ContainerStateTerminated, ContainerStatus, Pod } from '../pod/types.ts';

/**
 * What a runtime would report of a Pod of which it has nothing left, from the Pod's last status: whatever ran has ended, nobody
 * knows how, and the sandbox is gone.
 */
export function lostReport(pod: Pod, now: number): RuntimeReport {
  const { status, spec } = pod;
  const records: Record<string, readonly ReportedRecord[]> = {};
  const { initContainerStatuses = [], containerStatuses = [], ephemeralContainerStatuses = [] } = status;
  const statuses = new Map([...initContainerStatuses, ...containerStatuses, ...ephemeralContainerStatuses].map((own) => [own.name, own]));
  for (const container of [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])]) {
    const before = statuses.get(container.name);
    const record = before === undefined ? undefined : recordOf(container, before, now);
    if (record !== undefined) records[container.name] = [record];
  }
  return { sandbox: undefined, records, status };
}

function recordOf(
  spec: { readonly image?: string },
  { state, lastState, containerID, restartCount, image, imageID }: ContainerStatus,
  now: number,
) {
  const startedAt = state?.running === undefined ? undefined : Date.parse(state.running.startedAt ?? '');
  const exit = state?.terminated ?? (startedAt === undefined ? lastState?.terminated : unknownEnd);
  if (exit === undefined) return undefined;
  const record: ReportedRecord = {
    id: (containerID ?? exit.containerID ?? '').replace(/^.*:\/\//, ''),
    state: 'exited',
    restartCount,
    specImage: spec.image ?? image,
    image,
    imageID,
    startedAt: startedAt ?? Date.parse(exit.startedAt ?? ''),
    finishedAt: exit.finishedAt === undefined ? now : Date.parse(exit.finishedAt),
    exit,
  };
  return record;
}

/** As the kubelet words it (kubelet-lifecycle 7.3). */
const unknownEnd: ContainerStateTerminated = {
  exitCode: 137,
  reason: 'ContainerStatusUnknown',
  message: 'The container could not be located when the pod was terminated',
};
