import type { ApiEvent } from '../pod/types.ts';
import { humanDuration } from './duration.ts';

/** The cells of one Event in `kubectl events`. */
export interface EventColumns {
  readonly lastSeen: string;
  readonly type: string;
  readonly reason: string;
  /** `Pod/web`. */
  readonly object: string;
  readonly message: string;
}

export function eventColumns(event: ApiEvent, now: number): EventColumns {
  const { type = '', reason = '', involvedObject, message = '' } = event;
  const object = `${involvedObject.kind ?? ''}/${involvedObject.name ?? ''}`;
  return { lastSeen: eventAge(event, now), type, reason, object, message: message.trim() };
}

/** `5s`, or `5s (x3 over 20s)` for one that came again. `now` in milliseconds since the epoch. */
export function eventAge({ eventTime, firstTimestamp, lastTimestamp, count = 0, series }: ApiEvent, now: number): string {
  const first = age(eventTime ?? firstTimestamp, now);
  if (series !== undefined) return `${age(series.lastObservedTime, now)} (x${series.count ?? 0} over ${first})`;
  return count > 1 ? `${age(lastTimestamp, now)} (x${count} over ${first})` : first;
}

/** By when they were last seen. */
export function sortedEvents(events: readonly ApiEvent[]): ApiEvent[] {
  return events.toSorted((a, b) => lastSeen(a) - lastSeen(b));
}

function lastSeen({ series, lastTimestamp, eventTime }: ApiEvent): number {
  const time = Date.parse(series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? '');
  return Number.isNaN(time) ? 0 : time;
}

function age(timestamp: string | undefined, now: number): string {
  const time = Date.parse(timestamp ?? '');
  return Number.isNaN(time) ? '<unknown>' : humanDuration(now - time);
}
