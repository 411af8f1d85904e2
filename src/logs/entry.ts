import { formatTimestamp, parseTimestamp, type Nanoseconds } from './timestamp.ts';

export type LogStream = 'stdout' | 'stderr';

/** One line of a log file in the CRI's format: `TIME stdout|stderr F|P BYTES`. */
export interface LogEntry {
  readonly time: Nanoseconds;
  readonly stream: LogStream;
  /** A piece of a line that goes on in the stream's next entry (`P`). */
  readonly partial: boolean;
  /** Without the newline. */
  readonly bytes: Uint8Array;
}

/** All of an entry that stands before its bytes. */
export function entryHeader(time: Nanoseconds, stream: LogStream, partial: boolean): string {
  return `${formatTimestamp(time)} ${stream} ${partial ? 'P' : 'F'} `;
}

/** Reads one line of a log file, given without its newline; undefined when it is not in the format. */
export function parseEntry(line: Uint8Array): LogEntry | undefined {
  const head = Buffer.from(line.buffer, line.byteOffset, Math.min(line.length, maxHeaderBytes)).toString('latin1');
  const match = /^(\S+) (stdout|stderr) ([FP])(?::\S*)?(?: |$)/.exec(head);
  if (match === null) return undefined;
  const [header, time = '', stream, tag] = match;
  const parsed = parseTimestamp(time);
  if (parsed === undefined) return undefined;
  return { time: parsed, stream: stream as LogStream, partial: tag === 'P', bytes: line.subarray(header.length) };
}

// RFC 3339 with nanoseconds and a zone, stream, tags; more tags may follow the first after a colon.
const maxHeaderBytes = 128;
