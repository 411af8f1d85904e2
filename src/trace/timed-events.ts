import type { ApiEvent, Pod } from '../pod/types.ts';
import { containerStatuses } from './pod-containers.ts';
import { reconstruct } from './reconstruct.ts';
import { isPod, podKey } from './run-model.ts';
import type { WatchEvent } from './watch-event.ts';

/** A watch event as kubectl prints it, or an object as it stands (`ADDED`): without a time. */
export type UntimedEvent = Omit<WatchEvent, 'time'> & { readonly time?: string };

/**
 * Watch events in order, each with a time: its own (what `outrider run -o json` prints), or else the newest timestamps inside the
 * object. What a Pod's first object tells of its past comes before it. Times are as precise as what they were taken from: the API's
 * timestamps are whole seconds.
 */
export function timedEvents(events: readonly UntimedEvent[]): WatchEvent[] {
  const pods = new Map<string, { readonly latest: number; readonly shape: string }>();
  const lastOf = new Map(events.map(({ object }, index) => [keyOf(object), index]));
  const timed = events.flatMap(({ type, time, object }, index): WatchEvent[] => {
    const now = Date.parse(time ?? '');
    if (!isPod(object)) return [{ type, time: new Date(Number.isNaN(now) ? timeOf(object) : now).toISOString(), object }];
    const key = keyOf(object);
    const before = pods.get(key);
    const found = Number.isNaN(now) ? reconstruct(object, before?.latest) : withPast(type, object, now, before?.latest);
    const shape = shapeOf(object);
    // Only something that leaves no timestamp turned, such as a startup probe's result: what comes next tells better when.
    const isTimeless = Number.isNaN(now) && found.length === 1 && Date.parse(found[0]?.time ?? '') === before?.latest;
    if (isTimeless && before.shape === shape && lastOf.get(key) !== index) return [];
    pods.set(key, { latest: Math.max(before?.latest ?? -Infinity, ...found.map((event) => Date.parse(event.time))), shape });
    const last = found.at(-1);
    return last && type === 'DELETED' ? [...found.slice(0, -1), { ...last, type }] : found;
  });
  return timed.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
}

function keyOf(object: Pod | ApiEvent): string {
  return isPod(object) ? `${podKey(object)} ${object.metadata.uid}` : '';
}

/** What of a status is more than a flag that turned. */
function shapeOf(pod: Pod): string {
  const { phase, reason } = pod.status;
  const states = containerStatuses(pod).map(({ state, restartCount }) => [state, restartCount]);
  return JSON.stringify([pod.metadata.deletionTimestamp, phase, reason, states]);
}

function withPast(type: WatchEvent['type'], pod: Pod, now: number, since: number | undefined): WatchEvent[] {
  const createdAt = Date.parse(pod.metadata.creationTimestamp ?? '');
  // Timestamps are cut to whole seconds.
  const isLate = since === undefined && now - createdAt > 2000;
  return isLate ? reconstruct(pod, undefined, now) : [{ type, time: new Date(now).toISOString(), object: pod }];
}

function timeOf({ lastTimestamp, eventTime, firstTimestamp, series, metadata }: ApiEvent): number {
  const texts = [series?.lastObservedTime, lastTimestamp, eventTime, firstTimestamp, metadata?.creationTimestamp];
  return texts.map((text) => Date.parse(text ?? '')).find((time) => !Number.isNaN(time)) ?? 0;
}
