import { lstatSync, mkdirSync, statSync, writeFileSync, type Stats } from 'node:fs';

/**
 * Checks a hostPath volume by its type, and makes what `DirectoryOrCreate` and `FileOrCreate` ask for. Throws with the
 * kubelet's message when something else is there. Source: pkg/volume/hostpath.
 */
export function checkHostPath(path: string, type: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  switch (type) {
    case '':
      if (stats === undefined) makeDirectory(path);
      return;
    case 'DirectoryOrCreate':
      if (stats === undefined) return makeDirectory(path);
      return check(path, stats.isDirectory(), 'a directory');
    case 'FileOrCreate':
      if (stats === undefined) return makeFile(path);
      return check(path, stats.isFile(), 'a file');
  }
  const [is, what] = kinds[type] ?? [() => false, `of a known type (found ${JSON.stringify(type)})`];
  check(path, stats !== undefined && is(stats), what);
}

const kinds: Readonly<Record<string, readonly [(stats: Stats) => boolean, string]>> = {
  Directory: [(stats) => stats.isDirectory(), 'a directory'],
  File: [(stats) => stats.isFile(), 'a file'],
  Socket: [(stats) => stats.isSocket(), 'a socket file'],
  CharDevice: [(stats) => stats.isCharacterDevice(), 'a character device'],
  BlockDevice: [(stats) => stats.isBlockDevice(), 'a block device'],
};

function check(path: string, isRight: boolean, what: string): void {
  if (!isRight) throw new Error(`hostPath type check failed: ${path} is not ${what}`);
}

function makeDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o755 });
}

/** Like the kubelet's, this one does not make the folder that the file is in. */
function makeFile(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) writeFileSync(path, '', { mode: 0o644 });
}
