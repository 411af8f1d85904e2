import { closeSync, constants, fchmodSync, fstatSync, lstatSync, mkdirSync, openSync, readlinkSync, statSync } from 'node:fs';

/** A place inside a volume that is held open, so that it cannot become another one. */
export interface OpenedPath {
  /** Below the volume, without symbolic links; empty for the volume itself. */
  readonly path: string;
  readonly isDirectory: boolean;
  readonly identity: FileIdentity;
  /** Of the place itself; open until `close`. */
  readonly descriptor: number;
  close(): void;
}

export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

/**
 * Opens `subPath` in the folder `volume`, making folders that are missing with the volume's mode. Symbolic links are followed
 * within the volume only; rejects what leads out of it. Every step is taken from the folder that the last one opened, so that a
 * container that changes the volume meanwhile cannot redirect it.
 */
export function openSubPath(volume: string, subPath: string): OpenedPath {
  const { mode } = statSync(volume);
  let pending = partsOf(subPath);
  const open: { descriptor: number; name: string }[] = [{ descriptor: openSync(volume, oPath | constants.O_DIRECTORY), name: '' }];
  const current = (): string => `/proc/self/fd/${open.at(-1)?.descriptor ?? -1}`;
  try {
    for (let links = 0; pending.length > 0;) {
      const name = pending.shift() ?? '';
      if (name === '..') {
        if (open.length === 1) throw new Error(`subPath ${JSON.stringify(subPath)} leads out of the volume`);
        closeSync(open.pop()?.descriptor ?? -1);
        continue;
      }
      const child = `${current()}/${name}`;
      if (lstatSync(child, { throwIfNoEntry: false }) === undefined) makeFolder(child, mode & 0o7777);
      const descriptor = openSync(child, oPath | constants.O_NOFOLLOW);
      if (fstatSync(descriptor).isSymbolicLink()) {
        closeSync(descriptor);
        const target = readlinkSync(child);
        if (++links > maxLinks) throw new Error(`subPath ${JSON.stringify(subPath)}: too many levels of symbolic links`);
        if (target.startsWith('/'))
          throw new Error(`subPath ${JSON.stringify(subPath)} leads out of the volume: ${name} is a link to ${target}`);
        pending = [...partsOf(target), ...pending];
        continue;
      }
      open.push({ descriptor, name });
    }
  } catch (error) {
    for (const { descriptor } of open) closeSync(descriptor);
    throw error;
  }
  const descriptor = open.at(-1)?.descriptor ?? -1;
  const stats = fstatSync(descriptor);
  return {
    path: open
      .slice(1)
      .map(({ name }) => name)
      .join('/'),
    isDirectory: stats.isDirectory(),
    identity: { dev: stats.dev, ino: stats.ino },
    descriptor,
    close: () => {
      for (const { descriptor } of open) closeSync(descriptor);
    },
  };
}

/** With exactly this mode: it is not left to the umask. */
function makeFolder(path: string, mode: number): void {
  mkdirSync(path);
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  fchmodSync(descriptor, mode);
  closeSync(descriptor);
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

/** Opens a place without reading it; Node.js has no name for it. */
const oPath = 0o10000000;
const maxLinks = 40;
