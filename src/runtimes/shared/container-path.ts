import { lstatSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, posix } from 'node:path';

/**
 * Follows the symbolic links of `path` as a process with `root` as its root folder would, so that an absolute link stays
 * inside. Gives the path within the root; what does not exist stays as it is.
 */
export function followInside(root: string, path: string): string {
  let pending = path.split('/').filter((part) => part !== '' && part !== '.');
  let resolved = '';
  for (let links = 0; pending.length > 0;) {
    const part = pending.shift() ?? '';
    if (part === '..') {
      resolved = dirname(resolved || '/').replace(/^\/$/, '');
      continue;
    }
    const target = linkTarget(`${root}${resolved}/${part}`);
    if (target === undefined) {
      resolved += `/${part}`;
      continue;
    }
    if (++links > maxLinks) throw new Error(`${path}: too many levels of symbolic links`);
    if (target.startsWith('/')) resolved = '';
    pending = [...target.split('/').filter((word) => word !== '' && word !== '.'), ...pending];
  }
  return resolved || '/';
}

const maxLinks = 40;

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** Makes sure that something is at `path`, the folders above it included; an existing one stays, whatever it is. */
export function makeMountPoint(path: string, isDirectory: boolean): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  if (isDirectory) {
    makeFolders(path);
  } else {
    makeFolders(posix.dirname(path));
    writeFileSync(path, '', { mode: 0o755 });
  }
}

/** Node's own recursion never returns below /proc/PID/root of a process that has ended; this one throws. */
function makeFolders(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  makeFolders(posix.dirname(path));
  mkdirSync(path, { mode: 0o755 });
}
