import { decode } from '../manifest/decode.ts';
import type { ManifestObject } from '../manifest/flatten.ts';
import type { ManifestSource } from '../manifest/load.ts';
import { conform } from '../pod/conform.ts';
import type { ApiEvent, Pod } from '../pod/types.ts';
import { isKubeletRecording, kubeletWatchEvents } from '../trace/kubelet-recording.ts';
import { type UntimedEvent, timedEvents } from '../trace/timed-events.ts';
import type { WatchEvent } from '../trace/watch-event.ts';
import { Failure } from './failure.ts';
import { asWatchEvent, hasKind, printedObjects } from './printed-objects.ts';

/** What a file tells of a run. */
export interface RecordedRun {
  /** In order of their times; at least one of them a Pod's. */
  readonly events: readonly WatchEvent[];
  /** What of the file could not be used, one line each. */
  readonly notes: readonly string[];
}

/**
 * Reads what `outrider run -o json` or `outrider simulate -o json` printed, `kubectl get pods -o json` with or without
 * `--watch --output-watch-events`, or a recording of the conformance data.
 *
 * @throws {Failure} that names file and place.
 */
export function readRecordedRun({ file, text }: ManifestSource): RecordedRun {
  const { objects, cutAtLine } = printedObjects(file, text);
  const notes = cutAtLine === undefined ? [] : [`${file}:${cutAtLine}: the file breaks off here; what came before is shown`];
  const [only] = objects;
  if (only && objects.length === 1 && isKubeletRecording(only.value)) return { events: kubeletWatchEvents(only.value), notes };
  const events = timedEvents(objects.flatMap((object) => readObject(file, object)));
  if (events.some(({ object }) => object.kind === 'Pod')) return { events, notes };
  throw new Failure(`${file}: no Pod found; ${expected}`);
}

const expected = 'expected what `outrider run FILE -o json` or `kubectl get pods -o json` printed';

function readObject(file: string, object: ManifestObject): UntimedEvent[] {
  const fail = (message: string, field = ''): Failure => {
    const { line, column } = object.locate(field);
    return new Failure(`${file}:${line}:${column}: ${message}`);
  };
  const event = asWatchEvent(object.value);
  const value = event ? event.object : object.value;
  if (!hasKind(value)) {
    if (event) return [];
    throw fail(`${expected}, found a value without \`kind\``);
  }
  // A bookmark or an error of the watch.
  const type = event?.type ?? 'ADDED';
  if (type !== 'ADDED' && type !== 'MODIFIED' && type !== 'DELETED') return [];
  if (event?.time !== undefined && Number.isNaN(Date.parse(event.time))) throw fail(`time: expected RFC 3339, found "${event.time}"`);
  const time = event?.time === undefined ? {} : { time: event.time };
  const isPod = hasKind(value, 'Pod');
  if (!isPod && !hasKind(value, 'Event')) return [];
  const decoded = decode(isPod ? 'Pod' : 'Event', value);
  if (decoded.error) throw fail(decoded.error.message, decoded.error.field);
  if (!isPod) return [{ type, ...time, object: conform('Event', decoded.value) satisfies ApiEvent }];
  const pod: Pod = conform('Pod', decoded.value);
  const named = { ...pod, metadata: { ...pod.metadata, namespace: pod.metadata.namespace || 'default' } };
  if (!event && named.status.phase === '') throw fail(`Pod ${named.metadata.name} has no status: it has not run; ${expected}`);
  return [{ type, ...time, object: named }];
}
