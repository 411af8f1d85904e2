import { parseEntry, type LogEntry } from './entry.ts';
import { closeAll, openLogFiles, type LogFile } from './log-file.ts';
import { splitLines } from './split-lines.ts';
import type { Nanoseconds } from './timestamp.ts';

export interface ReadLogOptions {
  /** Only this many entries from the end. Default: all. */
  readonly tail?: number;
  /** Only entries of this time or later. As times increase strictly, the last one read plus 1 goes on where it ended. */
  readonly since?: Nanoseconds;
}

/**
 * The entries of a log, rotated files included, oldest first, as it is when the first one is taken. Lines that are not in the format
 * are skipped; a last line that is still being written is left out. Throws when there is no log at `path`.
 */
export async function* readLog(path: string, options: ReadLogOptions = {}): AsyncGenerator<LogEntry> {
  if (options.tail === 0) return;
  const files = openLogFiles(path);
  try {
    const range = await rangeIn(files, options);
    for (const file of files.slice(range.first)) {
      for await (const line of splitLines(file.chunks())) yield* entriesOf(line, range);
    }
  } finally {
    closeAll(files);
  }
}

/** What of a log is wanted. */
export interface LogRange {
  /** The file in which it begins. */
  readonly first: number;
  /** So many lines from there on are passed over. */
  skip: number;
  readonly since: Nanoseconds;
}

/** Counts lines from the newest file backwards. */
export async function rangeIn(files: readonly LogFile[], { tail, since = 0n }: ReadLogOptions): Promise<LogRange> {
  let missing = tail ?? Infinity;
  for (const [first, file] of tail === undefined ? [] : [...files.entries()].toReversed()) {
    const lines = await countLines(file);
    if (lines >= missing) return { first, skip: lines - missing, since };
    missing -= lines;
  }
  return { first: 0, skip: 0, since };
}

/** The entry of the next line, if it is one, and wanted. */
export function* entriesOf(line: Uint8Array, range: LogRange): Generator<LogEntry> {
  if (range.skip > 0) {
    range.skip--;
    return;
  }
  const entry = parseEntry(line);
  if (entry !== undefined && entry.time >= range.since) yield entry;
}

async function countLines(file: LogFile): Promise<number> {
  let count = 0;
  for await (const chunk of file.chunks()) {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) count++;
  }
  return count;
}
