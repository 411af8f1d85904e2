import { conform } from '../pod/conform.ts';
import type { ApiEvent, Container, ContainerStatus, Pod, PodCondition } from '../pod/types.ts';
import type { WatchEvent } from './watch-event.ts';

/** The behaviour of a real kubelet as the conformance data records it; times in milliseconds since the Pod's creation. */
export interface KubeletRecording {
  readonly case: string;
  readonly statuses: readonly RecordedStatus[];
  readonly events: readonly RecordedEvent[];
}

interface RecordedStatus {
  readonly t_ms: number;
  readonly phase: string;
  readonly conditions?: readonly PodCondition[];
  readonly init?: readonly ContainerStatus[];
  readonly containers?: readonly ContainerStatus[];
  readonly reason?: string;
  readonly message?: string;
  readonly deletion?: { readonly deletionTimestamp: string; readonly deletionGracePeriodSeconds: number };
}

interface RecordedEvent {
  readonly t_ms: number;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly fieldPath?: string;
}

export function isKubeletRecording(value: unknown): value is KubeletRecording {
  if (typeof value !== 'object' || value === null || !('case' in value && 'statuses' in value && 'events' in value)) return false;
  const hasTimes = (items: unknown): boolean =>
    Array.isArray(items) &&
    items.every((item: unknown) => typeof item === 'object' && item !== null && 't_ms' in item && typeof item.t_ms === 'number');
  return typeof value.case === 'string' && hasTimes(value.statuses) && hasTimes(value.events);
}

/** The recording as watch events. It has no spec: the containers are those of the statuses, and how they behaved tells which are sidecars. */
export function kubeletWatchEvents(recording: KubeletRecording): WatchEvent[] {
  const createdAt = creationOf(recording);
  const spec = specOf(recording);
  const metadata = { name: recording.case, namespace: 'default', uid: recording.case };
  const timed = (time: number, object: Pod | ApiEvent, isFirst = false) => ({ time, isFirst, object });
  const pods = recording.statuses.map(({ t_ms, init, containers, deletion, conditions, ...rest }, index) => {
    const status = { ...rest, conditions, initContainerStatuses: init, containerStatuses: containers };
    const pod = { kind: 'Pod', apiVersion: 'v1', metadata: { ...metadata, ...deletion }, spec, status };
    return timed(t_ms, conform('Pod', pod), index === 0);
  });
  const events = recording.events.map(({ t_ms, fieldPath, ...event }) => {
    const involvedObject = { kind: 'Pod', namespace: 'default', name: recording.case, ...(fieldPath !== undefined && { fieldPath }) };
    return timed(t_ms, conform('Event', { kind: 'Event', ...event, involvedObject }));
  });
  return [...pods, ...events]
    .toSorted((a, b) => a.time - b.time)
    .map(({ time, isFirst, object }) => ({
      type: isFirst || object.kind === 'Event' ? 'ADDED' : 'MODIFIED',
      time: new Date(createdAt + time).toISOString(),
      object,
    }));
}

function specOf({ statuses }: KubeletRecording): Pod['spec'] {
  const sidecars = new Set(
    statuses.flatMap(({ init = [], conditions = [] }) => [...init.filter(isLikeSidecar).map(({ name }) => name), ...unready(conditions)]),
  );
  const names = (of: 'init' | 'containers') => [...new Set(statuses.flatMap((status) => (status[of] ?? []).map(({ name }) => name)))];
  const container = (name: string): Container => ({
    name,
    image: '',
    resources: {},
    terminationMessagePath: '',
    terminationMessagePolicy: 'File',
    imagePullPolicy: 'IfNotPresent',
  });
  return {
    initContainers: names('init').map((name) => (sidecars.has(name) ? { ...container(name), restartPolicy: 'Always' } : container(name))),
    containers: names('containers').map(container),
  } as Pod['spec'];
}

/** Other init containers are ready once they have completed. */
function isLikeSidecar({ ready, state }: ContainerStatus): boolean {
  return ready && state?.running !== undefined;
}

/** The containers that the Pod's readiness counts, as its message lists them. */
function unready(conditions: readonly PodCondition[]): string[] {
  return conditions.flatMap(({ message }) => /^containers with unready status: \[(.*)\]$/.exec(message ?? '')?.[1]?.split(' ') ?? []);
}

/** When the Pod was created, in milliseconds since the epoch: to the second, which is what the API's timestamps tell. */
function creationOf({ statuses }: KubeletRecording): number {
  for (const { t_ms, init = [], containers = [] } of statuses) {
    const starts = [...init, ...containers].flatMap(({ state }) => [state?.running?.startedAt, state?.terminated?.startedAt]);
    const start = starts.map((text) => Date.parse(text ?? '')).find((time) => !Number.isNaN(time));
    if (start !== undefined) return start - t_ms;
  }
  return 0;
}
