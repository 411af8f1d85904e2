import { createReadStream, createWriteStream, existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

/** The kubelet's defaults, containerLogMaxSize and containerLogMaxFiles. */
export interface RotationPolicy {
  /** A log file of this size or more is rotated before the next entry. Default 10 MiB. */
  readonly maxBytes: number;
  /** How many files of a log there are at most, the current one included. Default 5. */
  readonly maxFiles: number;
}

export const defaultRotation: RotationPolicy = { maxBytes: 10 * 1024 * 1024, maxFiles: 5 };

/**
 * Moves a log file to `NAME.YYYYMMDD-HHMMSS` in local time, as the kubelet names it, and removes the oldest of the rotated ones.
 * Gives its new path; undefined when there is one of this second already: then it is too early. The rotated files before it are left
 * to compress.
 */
export function rotate(path: string, time: Date, { maxFiles }: RotationPolicy): string | undefined {
  const rotated = rotatedLogs(path);
  const target = `${path}.${stamp(time)}`;
  if (rotated.includes(target) || rotated.includes(`${target}.gz`)) return undefined;
  for (const old of rotated.slice(0, Math.max(0, rotated.length - (maxFiles - 2)))) rmSync(old, { force: true });
  renameSync(path, target);
  return target;
}

/** The rotated files of a log, oldest first. */
export function rotatedLogs(path: string): string[] {
  const prefix = `${basename(path)}.`;
  const names = new Set(readdirSync(dirname(path)).filter((name) => name.startsWith(prefix) && !name.endsWith('.tmp')));
  // A file and its compressed twin: the compression ended, the removal of the original did not.
  const used = [...names].filter((name) => !names.has(`${name}.gz`));
  return used.sort().map((name) => join(dirname(path), name));
}

/** Compresses all rotated files but the newest, which somebody may still be reading; also those that are added meanwhile. */
export async function compressRotated(path: string): Promise<void> {
  for (;;) {
    const next = rotatedLogs(path)
      .slice(0, -1)
      .find((name) => !name.endsWith('.gz'));
    if (next === undefined) return;
    await compress(next);
  }
}

async function compress(file: string): Promise<void> {
  const temporary = `${file}.gz.tmp`;
  try {
    await pipeline(createReadStream(file), createGzip(), createWriteStream(temporary));
  } catch (error) {
    rmSync(temporary, { force: true });
    if (existsSync(file)) throw error;
  }
  // In one go: a rotation sees the file or its compressed twin, and one that was removed meanwhile does not come back.
  if (existsSync(file)) renameSync(temporary, `${file}.gz`);
  rmSync(temporary, { force: true });
  rmSync(file, { force: true });
}

function stamp(time: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}${two(time.getMonth() + 1)}${two(time.getDate())}`;
  return `${day}-${two(time.getHours())}${two(time.getMinutes())}${two(time.getSeconds())}`;
}
