import { readFileSync } from 'node:fs';

/** A mount of this machine, as /proc/self/mountinfo shows it. */
export interface MountPoint {
  readonly path: string;
  /** Type of the file system: ext4, tmpfs, ... */
  readonly type: string;
  /** Flags of this mount that a user namespace may not take away: nosuid, nodev, noexec, and how access times are kept. */
  readonly flags: readonly string[];
}

export function readMountTable(file = '/proc/self/mountinfo'): MountPoint[] {
  return parseMountTable(readFileSync(file, 'utf8'));
}

/** Source of the format: proc_pid_mountinfo(5). A path that is mounted over more than once is listed once, as it is now. */
export function parseMountTable(text: string): MountPoint[] {
  const mounts = new Map<string, MountPoint>();
  for (const line of text.split('\n')) {
    const words = line.split(' ');
    const type = words[words.indexOf('-') + 1];
    if (words[4] === undefined || words[5] === undefined || type === undefined) continue;
    const path = unescape(words[4]);
    mounts.delete(path);
    mounts.set(path, { path, type, flags: words[5].split(',').filter((flag) => kept.has(flag)) });
  }
  return [...mounts.values()];
}

const kept = new Set(['nosuid', 'nodev', 'noexec', 'noatime', 'nodiratime', 'relatime']);

function unescape(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The mounts below `path`, not `path` itself, in the order in which they were made. */
export function mountsBelow(mounts: readonly MountPoint[], path: string): MountPoint[] {
  const prefix = path.endsWith('/') ? path : `${path}/`;
  return mounts.filter((mount) => mount.path.startsWith(prefix) && mount.path !== path);
}

/** The flags of the mount that `path` is on: a user namespace may not drop them when it makes a part of it read-only. */
export function flagsOf(path: string, mounts: readonly MountPoint[]): readonly string[] {
  let found: MountPoint | undefined;
  for (const mount of mounts) {
    const isOn = mount.path === '/' || path === mount.path || path.startsWith(`${mount.path}/`);
    if (isOn && mount.path.length >= (found?.path.length ?? 0)) found = mount;
  }
  return found?.flags ?? [];
}
