import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { mountsBelow, type MountPoint } from './mount-table.ts';

/** How the machine's files are shown to containers. */
export interface ImagePlan {
  /** Folders that are shown as a whole, upper ones first. `/` stands for everything that is on its file system. */
  readonly layers: readonly string[];
  /** What stands between them where `/` cannot be shown as a whole. */
  readonly folders: readonly string[];
  readonly links: readonly { readonly path: string; readonly target: string }[];
  /** Files beside them: small ones are copied, others are shown read-only. */
  readonly copies: readonly string[];
  readonly files: readonly string[];
  /** Folders with so much in them, and mounts between, that they are shown as they are, read-only. */
  readonly trees: readonly string[];
}

export const emptyPlan: ImagePlan = { layers: [], folders: [], links: [], copies: [], files: [], trees: [] };

/**
 * Plans what containers see of the machine: its root, and its other file systems that store files. In a user namespace the kernel
 * shows no folder as part of an overlay in which something else is mounted, because what that covers would come to light; then
 * the folders around the mounts are made anew.
 */
export function planImage(mounts: readonly MountPoint[], isInUserNamespace: boolean): ImagePlan {
  if (isInUserNamespace) return planAround(mounts, '/');
  const storage = mounts.filter(({ path, type }) => path !== '/' && isStorage(type) && !isReplaced(path));
  return { ...emptyPlan, layers: ['/', ...storage.map(({ path }) => path)] };
}

function planAround(mounts: readonly MountPoint[], folder: string): ImagePlan {
  const plan = { layers: [] as string[], folders: [] as string[], links: [] as ImagePlan['links'][number][] };
  const rest = { copies: [] as string[], files: [] as string[], trees: [] as string[] };
  for (const name of readableNames(folder)) {
    const path = folder === '/' ? `/${name}` : `${folder}/${name}`;
    if (isReplaced(path)) continue;
    const stats = lstatSync(path, { throwIfNoEntry: false });
    if (stats?.isSymbolicLink()) plan.links.push({ path, target: readlinkSync(path) });
    else if (stats?.isFile()) (stats.size > largestCopy ? rest.files : rest.copies).push(path);
    else if (stats?.isDirectory()) {
      plan.folders.push(path);
      const mount = mounts.find((other) => other.path === path);
      if (mount !== undefined && !isStorage(mount.type)) continue;
      if (mountsBelow(mounts, path).length === 0) plan.layers.push(path);
      else if (readableNames(path).length > mostLayers) rest.trees.push(path);
      else {
        const inner = planAround(mounts, path);
        for (const kind of ['layers', 'folders'] as const) plan[kind].push(...inner[kind]);
        for (const kind of ['copies', 'files', 'trees'] as const) rest[kind].push(...inner[kind]);
        plan.links.push(...inner.links);
      }
    }
  }
  return { ...plan, ...rest };
}

/** Every container of a Pod has it in memory, once for all of them. */
const largestCopy = 64 * 1024;

/** Each costs every container some mounts. */
const mostLayers = 200;

function readableNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // What the user cannot read, a container cannot either.
    return [];
  }
}

/** What every container has for itself. */
export function isReplaced(path: string): boolean {
  return replaced.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

const replaced = ['/proc', '/sys', '/dev', '/run', '/tmp', '/var/tmp', '/etc/hosts', '/etc/hostname', '/etc/resolv.conf'];

/** Overlays beside the root are those of other engines' containers, which come and go. */
function isStorage(type: string): boolean {
  return storageTypes.has(type) || /^fuse(blk)?(\..+)?$/.test(type);
}

const storageTypes = new Set(
  'ext2 ext3 ext4 xfs btrfs zfs f2fs bcachefs jfs reiserfs vfat exfat ntfs ntfs3 nfs nfs4 cifs smb3 9p virtiofs drvfs'.split(' '),
);
