import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parseEntry, type LogEntry } from './entry.ts';

/**
 * The end of a log as text: at most `maxLines` entries and `maxBytes` bytes, cut from the front. With 80 and 2048 this is the
 * termination message under FallbackToLogsOnError. Empty when there is no log. Reads only as much of the file as that takes.
 */
export function lastLines(path: string, maxLines: number, maxBytes: number): string {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch {
    return '';
  }
  try {
    return endOf(descriptor, maxLines, maxBytes);
  } finally {
    closeSync(descriptor);
  }
}

function endOf(descriptor: number, maxLines: number, maxBytes: number): string {
  const { size } = fstatSync(descriptor);
  for (let window = 4 * maxBytes; ; window *= 4) {
    const start = Math.max(0, size - window);
    const entries = parse(readFrom(descriptor, start, size), start > 0).slice(-maxLines);
    const content = Buffer.concat(entries.flatMap(({ bytes, partial }) => (partial ? [bytes] : [bytes, newline])));
    if (start === 0 || entries.length === maxLines || content.length >= maxBytes) return cutFront(content, maxBytes);
  }
}

function readFrom(descriptor: number, start: number, end: number): Buffer {
  const buffer = Buffer.alloc(end - start);
  const length = readSync(descriptor, buffer, 0, buffer.length, start);
  return buffer.subarray(0, length);
}

function parse(text: Buffer, isCut: boolean): LogEntry[] {
  const entries: LogEntry[] = [];
  let start = isCut ? text.indexOf(10) + 1 : 0;
  for (let end = text.indexOf(10, start); end !== -1; end = text.indexOf(10, start)) {
    const entry = parseEntry(text.subarray(start, end));
    if (entry !== undefined) entries.push(entry);
    start = end + 1;
  }
  return entries;
}

/** Cuts at the beginning of a character, so that no half of one is left. */
function cutFront(content: Buffer, maxBytes: number): string {
  let start = Math.max(0, content.length - maxBytes);
  const limit = Math.min(content.length, start + 3);
  if (start > 0) while (start < limit && ((content[start] ?? 0) & 0xc0) === 0x80) start++;
  return content.toString('utf8', start);
}

const newline = Buffer.from('\n');
