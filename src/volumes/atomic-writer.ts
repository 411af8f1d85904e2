import {
  chmodSync,
  closeSync,
  fchmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { Payload } from './payload.ts';

export interface WriteOptions {
  /** Called when the new version stands complete but cannot be seen yet: the place to set owners and groups. */
  readonly prepare?: () => Promise<void>;
  readonly now?: () => Date;
}

/**
 * Makes `directory` show exactly the files of `payload`; resolves to whether anything changed. The files lie in a folder named
 * after the time; `..data` is a link to it, and every visible name a link into `..data`, so that all of them change in one step.
 * A process that dies in between leaves the old version, and its remains are removed by the next write. The folder must not be
 * written by anybody else at the same time.
 */
export async function writeAtomically(directory: string, payload: Payload, options: WriteOptions = {}): Promise<boolean> {
  for (const path of payload.keys()) checkPath(path);
  const current = currentVersion(directory);
  removeRemains(directory, current);
  const isChanged = current === undefined || !isSame(join(directory, current), payload);
  if (isChanged) {
    const next = writeVersion(directory, payload, options.now?.() ?? new Date());
    await options.prepare?.();
    symlinkSync(next, join(directory, temporaryLink));
    renameSync(join(directory, temporaryLink), join(directory, dataLink));
  }
  showNames(directory, new Set(Array.from(payload.keys(), topName)));
  if (isChanged && current !== undefined) rmSync(join(directory, current), { recursive: true, force: true });
  return isChanged;
}

const dataLink = '..data';
const temporaryLink = '..data_tmp';

/** Refuses what would leave the folder or collide with the names that begin with `..`. */
function checkPath(path: string): void {
  const names = path.split('/');
  const problem =
    path === ''
      ? 'must not be empty'
      : path.startsWith('/')
        ? 'must be relative path'
        : names.includes('..')
          ? "must not contain '..'"
          : path.startsWith('..')
            ? "must not start with '..'"
            : path.length > 4096
              ? 'must be less than or equal to 4096 characters'
              : names.some((name) => Buffer.byteLength(name) > 255)
                ? 'filenames must be less than or equal to 255 characters'
                : undefined;
  if (problem !== undefined) throw new Error(`invalid path: ${problem}: ${path}`);
}

/** The name of the folder that `..data` shows; undefined when there is none, or the link leads elsewhere. */
function currentVersion(directory: string): string | undefined {
  const target = linkTarget(join(directory, dataLink));
  if (target === undefined || !/^\.\.\d[^/]*$/.test(target)) return undefined;
  return lstatSync(join(directory, target), { throwIfNoEntry: false })?.isDirectory() ? target : undefined;
}

function linkTarget(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
}

function removeRemains(directory: string, current: string | undefined): void {
  for (const name of readdirSync(directory)) {
    const isKept = name === current || (name === dataLink && current !== undefined);
    if (name.startsWith('..') && !isKept) rmSync(join(directory, name), { recursive: true });
  }
}

function isSame(version: string, payload: Payload): boolean {
  const files = readdirSync(version, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  if (files.length !== payload.size) return false;
  return [...payload].every(([path, { data }]) => {
    const stats = lstatSync(join(version, path), { throwIfNoEntry: false });
    return stats?.isFile() && stats.size === data.length && readFileSync(join(version, path)).equals(data);
  });
}

/** Returns the name of the new folder. */
function writeVersion(directory: string, payload: Payload, time: Date): string {
  const version = mkdtempSync(join(directory, `..${time.toISOString().slice(0, 19).replace(/[-T:]/g, '_')}.`));
  chmodSync(version, 0o755);
  for (const [path, { data, mode }] of payload) {
    makeFolders(version, dirname(path));
    // Created anew in a folder that nobody else knows: there is no link to follow.
    const descriptor = openSync(join(version, path), 'wx', 0o600);
    try {
      for (let written = 0; written < data.length;) written += writeSync(descriptor, data, written);
      // Not left to the umask.
      fchmodSync(descriptor, mode & 0o777);
    } finally {
      closeSync(descriptor);
    }
  }
  return version.slice(directory.length).replace(/^\/+/, '');
}

function makeFolders(root: string, path: string): void {
  if (path === '.' || lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined) return;
  makeFolders(root, dirname(path));
  mkdirSync(join(root, path));
  chmodSync(join(root, path), 0o755);
}

/** Gives every name its link into the current version, and removes all other names. */
function showNames(directory: string, names: ReadonlySet<string>): void {
  for (const name of readdirSync(directory)) {
    if (name.startsWith('..')) continue;
    if (!names.has(name) || linkTarget(join(directory, name)) !== join(dataLink, name)) {
      rmSync(join(directory, name), { recursive: true });
    }
  }
  for (const name of names) {
    const link = join(directory, name);
    if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync(join(dataLink, name), link);
  }
}

function topName(path: string): string {
  return path.split('/', 1)[0] ?? path;
}
