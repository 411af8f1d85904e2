import type { ContainerStatus, Pod, PodCondition } from '../pod/types.ts';
import { changedStatuses, containerStatuses, podContainers } from './pod-containers.ts';
import type { WatchEvent } from './watch-event.ts';

/**
 * How a Pod looked at each moment that its object tells of: when it was created, its containers started and ended (the present and
 * the last instance of each), its conditions turned, its deletion was asked for. For objects that come without a time of their own.
 * What the object does not tell (earlier instances, when a probe failed) stays unknown.
 *
 * @param since - Only what is later, in milliseconds since the epoch. Undefined: from its creation on.
 * @param until - Only what is earlier.
 * @returns in order of time, the object itself last.
 */
export function reconstruct(pod: Pod, since?: number, until = Infinity): WatchEvent[] {
  const times = momentsOf(pod).filter((time) => time > (since ?? -Infinity) && time < until);
  const last = until === Infinity ? (times.at(-1) ?? since ?? 0) : until;
  const moments = [...new Set(times)].filter((time) => time < last);
  const event = (time: number, object: Pod, index: number): WatchEvent => ({
    type: since === undefined && index === 0 ? 'ADDED' : 'MODIFIED',
    time: new Date(time).toISOString(),
    object,
  });
  return [...moments.map((time, index) => event(time, podAt(pod, time), index)), event(last, pod, moments.length)];
}

/** Ascending. Times of the API are whole seconds. */
function momentsOf(pod: Pod): number[] {
  const { metadata, status } = pod;
  const texts: (string | undefined)[] = [
    metadata.creationTimestamp,
    status.startTime,
    ...containerStatuses(pod).flatMap(({ state, lastState }) => [
      state?.running?.startedAt,
      ...[state?.terminated, lastState?.terminated].flatMap((ended) => [ended?.startedAt, ended?.finishedAt]),
    ]),
    ...(status.conditions ?? []).map(({ lastTransitionTime }) => lastTransitionTime),
  ];
  const times = texts.map(parseTime).filter((time) => time !== undefined);
  const deletedAt = deletedAtOf(pod);
  return (deletedAt === undefined ? times : [...times, deletedAt]).toSorted((a, b) => a - b);
}

function podAt(pod: Pod, time: number): Pod {
  const members = podContainers(pod);
  const at = (status: ContainerStatus): ContainerStatus => {
    const { role, spec } = members.find((member) => member.spec.name === status.name) ?? {};
    const isNeverReady = role === 'init' || role === 'ephemeral';
    const readyAt = spec?.readinessProbe ? trueSince(pod, 'ContainersReady') : -Infinity;
    const startedAt = spec?.startupProbe ? startOfNext(pod, status.name) : -Infinity;
    return statusAt(status, time, { readyAt, startedAt, isNeverReady });
  };
  const { conditions, ...status } = pod.status;
  const metadata = { ...pod.metadata };
  if (time < (deletedAtOf(pod) ?? Infinity)) {
    delete metadata.deletionTimestamp;
    delete metadata.deletionGracePeriodSeconds;
  }
  const statuses = changedStatuses(pod, at);
  return {
    ...pod,
    metadata,
    status: {
      ...status,
      phase: statuses.containerStatuses?.some(({ state }) => state?.running || state?.terminated) ? 'Running' : 'Pending',
      ...(conditions && { conditions: conditions.flatMap((condition) => conditionAt(condition, time)) }),
      ...statuses,
    },
  };
}

interface Gates {
  readonly readyAt: number;
  readonly startedAt: number;
  readonly isNeverReady: boolean;
}

function statusAt(status: ContainerStatus, time: number, { readyAt, startedAt, isNeverReady }: Gates): ContainerStatus {
  const { state, lastState, ...rest } = status;
  const before = lastState?.terminated;
  const [start, end] = [parseTime((state?.running ?? state?.terminated)?.startedAt), parseTime(state?.terminated?.finishedAt)];
  const [lastStart, lastEnd] = [parseTime(before?.startedAt), parseTime(before?.finishedAt)];
  const running = (from: number): ContainerStatus => {
    const started = time >= startedAt;
    return {
      ...rest,
      state: { running: { startedAt: new Date(from).toISOString() } },
      started,
      ready: !isNeverReady && started && time >= readyAt,
    };
  };
  if (start !== undefined && time >= start) {
    if (end === undefined || time < end) return { ...running(start), ...(lastState && { lastState }) };
    return status;
  }
  if (state?.terminated && start === undefined && time >= (end ?? Infinity)) return status;
  const restartCount = Math.max(status.restartCount - (state?.waiting && before ? 0 : 1), 0);
  if (before && lastEnd !== undefined && time >= lastEnd) {
    if (state?.waiting) return status;
    return { ...rest, restartCount, ready: false, started: false, state: { terminated: before } };
  }
  if (before && lastStart !== undefined && time >= lastStart) return { ...running(lastStart), restartCount };
  return { ...rest, restartCount: 0, ready: false, started: false, state: { waiting: { reason: 'PodInitializing' } } };
}

/** What is True now was not before it turned. What is not may have turned any number of times. */
function conditionAt(condition: PodCondition, time: number): PodCondition[] {
  const turnedAt = parseTime(condition.lastTransitionTime) ?? Infinity;
  if (time >= turnedAt) return [condition];
  return condition.status === 'True' ? [{ type: condition.type, status: 'False' }] : [];
}

function trueSince({ status: { conditions = [] } }: Pod, name: string): number {
  const condition = conditions.find(({ type }) => type === name);
  return (condition?.status === 'True' ? parseTime(condition.lastTransitionTime) : undefined) ?? Infinity;
}

/** What follows a sidecar starts once its startup probe has passed. */
function startOfNext(pod: Pod, name: string): number {
  const statuses = containerStatuses(pod);
  const next = statuses.slice(statuses.findIndex((status) => status.name === name) + 1);
  const starts = next.flatMap(({ state, lastState }) => [
    state?.running?.startedAt,
    state?.terminated?.startedAt,
    lastState?.terminated?.startedAt,
  ]);
  const isInit = pod.status.initContainerStatuses?.some((status) => status.name === name) ?? false;
  const times = isInit ? starts.map(parseTime).filter((time) => time !== undefined) : [];
  return Math.min(...times, trueSince(pod, 'ContainersReady'));
}

/**
 * When its deletion was asked for: the timestamp is the end of its grace period. Undefined also when there is no grace left, as at
 * the very end: what was asked for before is not to be seen then.
 */
function deletedAtOf({ metadata: { deletionTimestamp, deletionGracePeriodSeconds = 0 } }: Pod): number | undefined {
  const end = parseTime(deletionTimestamp);
  return end === undefined || deletionGracePeriodSeconds === 0 ? undefined : end - deletionGracePeriodSeconds * 1000;
}

function parseTime(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}
