import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { parseEntry, type LogEntry } from './entry.ts';
import { rotatedLogs } from './rotation.ts';
import { splitLines } from './split-lines.ts';
import type { Nanoseconds } from './timestamp.ts';

export interface ReadLogOptions {
  /** Only this many entries from the end. Default: all. */
  readonly tail?: number;
  /** Only entries of this time or later. As times increase strictly, the last one read plus 1 goes on where it ended. */
  readonly since?: Nanoseconds;
}

/**
 * The entries of a log, rotated files included, oldest first. Lines that are not in the format are skipped; a last line that is
 * still being written is left out. Throws when there is no log at `path`.
 */
export async function* readLog(path: string, { tail, since = 0n }: ReadLogOptions = {}): AsyncGenerator<LogEntry> {
  if (tail === 0) return;
  const files = [...rotatedLogs(path), path];
  const start = tail === undefined ? { file: 0, skip: 0 } : await tailStart(files, tail);
  let skip = start.skip;
  for (const file of files.slice(start.file)) {
    for await (const line of splitLines(chunks(file))) {
      if (skip-- > 0) continue;
      const entry = parseEntry(line);
      if (entry !== undefined && entry.time >= since) yield entry;
    }
    skip = 0;
  }
}

/** In which file the last `tail` lines begin, and after how many of its lines. Counts from the newest file backwards. */
async function tailStart(files: readonly string[], tail: number): Promise<{ file: number; skip: number }> {
  let missing = tail;
  for (let file = files.length - 1; file >= 0; file--) {
    const lines = await countLines(files[file] ?? '');
    if (lines >= missing) return { file, skip: lines - missing };
    missing -= lines;
  }
  return { file: 0, skip: 0 };
}

async function countLines(file: string): Promise<number> {
  let count = 0;
  for await (const chunk of chunks(file)) {
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) count++;
  }
  return count;
}

async function* chunks(file: string): AsyncGenerator<Uint8Array> {
  // Opened first: a missing file is then this generator's error, not an event that nobody listens to.
  const handle = await open(file);
  const stream = createReadStream(file, { fd: handle });
  try {
    yield* (file.endsWith('.gz') ? stream.pipe(createGunzip()) : stream) as AsyncIterable<Uint8Array>;
  } finally {
    stream.destroy();
  }
}
