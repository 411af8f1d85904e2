import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** The most that a container may say at its end, in bytes. */
const maxBytes = 4096;

/** The end of the file that a container left its termination message in; empty when there is none. */
export function readTerminationMessage(path: string): string {
  let descriptor: number;
  try {
    // A container may have put anything there: neither a link nor a FIFO is followed or waited for.
    descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return '';
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return '';
    const start = Math.max(0, stats.size - maxBytes);
    const buffer = Buffer.alloc(Math.min(stats.size, maxBytes));
    return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, start));
  } finally {
    closeSync(descriptor);
  }
}
