import { existsSync } from 'node:fs';
import { bindMount, fileSystem, type MountEntry } from './fstab.ts';
import type { Machine } from './machine.ts';
import { mountsBelow, type MountPoint } from './mount-table.ts';
import { devices } from './skeleton.ts';

export interface RootOptions {
  readonly machine: Pick<Machine, 'ids' | 'overlay'>;
  /** The mounts of this machine. */
  readonly mounts: readonly MountPoint[];
  /** Folder of the Pod's files in memory; see `podFolders` for what it holds. */
  readonly memory: string;
  readonly stateDirectory: string;
  /** The file that the container sees as /dev/termination-log. */
  readonly terminationLog: string;
  /** Folder that is the image; the machine's own root when absent. */
  readonly image: string | undefined;
  readonly privileged: boolean;
}

/** Folders of a Pod's memory that the mounts below use; they are empty but for the skeleton. */
export const podFolders = { skeleton: 'skeleton', layer: 'layer', view: 'view', empty: 'empty' } as const;

/**
 * Where `path` of a container is while its root is set up. The new root is mounted over "/" itself, so nothing of the old one
 * can be reached from it and no process is needed for pivot_root; "/.." steps from the old root up into what is mounted over it.
 */
export function inContainer(path: string): string {
  return path === '/' ? '/..' : `/..${path}`;
}

/**
 * What makes the root of a container: the image beneath a private layer in memory that vanishes with the container, fresh /tmp,
 * /var/tmp, /run and /dev/shm, its own /proc, a minimal /dev, /sys and the machine's other file systems read-only, this
 * program's state hidden. Source of what is masked: the runtime specification's defaults for containers.
 */
export function rootMounts(options: RootOptions): MountEntry[] {
  const { machine, memory, terminationLog, privileged } = options;
  const at = (name: string): string => `${memory}/${name}`;
  return [
    ...layer(options, at),
    ...(machine.overlay ? overlayRoot(options, at) : readOnlyRoot(options, at)),
    fileSystem('proc', inContainer('/proc'), 'nosuid', 'nodev', 'noexec'),
    ...(privileged ? [{ ...bindMount('/sys', inContainer('/sys')), options: ['rbind'] }] : systemMounts(options)),
    ...fresh.map(([name, path]) => bindMount(at(`${podFolders.view}/${name}`), inContainer(path))),
    ...deviceMounts(options, at),
    bindMount(at(`${podFolders.view}/shm`), inContainer('/dev/shm')),
    bindMount(terminationLog, inContainer('/dev/termination-log')),
    ...hiddenState(options),
  ];
}

/** The folders that a container has for itself, by their names in its layer. */
const fresh = [
  ['tmp', '/tmp'],
  ['vartmp', '/var/tmp'],
  ['run', '/run'],
] as const;

/**
 * One file system in memory for all that a container writes. Its folders are made as mount points of mounts that are of no
 * further use, which saves a process; they are used through a second view, in which nothing covers them.
 */
function layer({ privileged }: RootOptions, at: (name: string) => string): MountEntry[] {
  const folder = (name: string, mode: string): MountEntry =>
    bindMount(at(podFolders.empty), at(`${podFolders.layer}/${name}`), `X-mount.mkdir=${mode}`);
  return [
    fileSystem('tmpfs', at(podFolders.layer), 'nodev', 'mode=0755'),
    bindMount(at(podFolders.layer), at(podFolders.view)),
    folder('upper', '0755'),
    folder('work', '0755'),
    folder('run', '0755'),
    folder('tmp', '1777'),
    folder('vartmp', '1777'),
    folder('shm', '1777'),
    ...(privileged ? [folder('dev', '0755'), folder('devwork', '0755')] : []),
  ];
}

function overlayRoot({ machine, mounts, image = '/', privileged }: RootOptions, at: (name: string) => string): MountEntry[] {
  const options = [
    ...(privileged ? [] : ['nodev']),
    `lowerdir=${at(podFolders.skeleton)}:${escapeLayer(image)}`,
    `upperdir=${at(`${podFolders.view}/upper`)}`,
    `workdir=${at(`${podFolders.view}/work`)}`,
    ...(machine.ids === 'machine' ? [] : ['userxattr']),
  ];
  return [fileSystem('overlay', '/.', ...options), ...(image === '/' ? otherFileSystems(mounts) : [])];
}

function escapeLayer(path: string): string {
  return path.replace(/[\\:,]/g, '\\$&');
}

function readOnlyRoot({ mounts, image = '/' }: RootOptions, at: (name: string) => string): MountEntry[] {
  const root = { ...bindMount(image, '/.'), options: ['rbind', 'ro'] };
  const files = ['hosts', 'hostname', 'resolv.conf'].filter((name) => existsSync(`${image}/etc/${name}`));
  return [
    root,
    ...(image === '/' ? otherFileSystems(mounts) : []),
    bindMount(at(`${podFolders.skeleton}/dev`), inContainer('/dev')),
    ...files.map((name) => bindMount(at(`${podFolders.skeleton}/etc/${name}`), inContainer(`/etc/${name}`))),
  ];
}

/** The machine's file systems on other devices, which an overlay does not show. */
function otherFileSystems(mounts: readonly MountPoint[]): MountEntry[] {
  const shown = mounts.filter(({ path, type }) => path !== '/' && isStorage(type) && !ownFolders.some((folder) => isAt(path, folder)));
  const tops = shown.filter(({ path }) => !shown.some((other) => other.path !== path && isAt(path, other.path)));
  return tops.flatMap((top) => readOnlyTree(mounts, top.path));
}

const ownFolders = ['/proc', '/sys', '/dev', '/run', '/tmp', '/var/tmp', '/boot', '/etc/hosts', '/etc/hostname', '/etc/resolv.conf'];

function isStorage(type: string): boolean {
  return /^(ext[234]|xfs|btrfs|zfs|f2fs|bcachefs|jfs|reiserfs|overlay|vfat|exfat|ntfs3?|nfs4?|cifs|smb3|9p|virtiofs|drvfs|fuse(blk)?(\..+)?)$/.test(
    type,
  );
}

/** A folder of the machine with all that is mounted below it, read-only. */
export function readOnlyTree(mounts: readonly MountPoint[], path: string, target: string = inContainer(path)): MountEntry[] {
  const flags = mounts.find((mount) => mount.path === path)?.flags ?? [];
  const below = mountsBelow(mounts, path).map((mount) =>
    bindMount(mount.path, target + mount.path.slice(path === '/' ? 0 : path.length), 'ro', ...mount.flags),
  );
  return [{ ...bindMount(path, target), options: ['rbind', 'ro', ...flags] }, ...below];
}

function systemMounts({ machine, mounts }: RootOptions): MountEntry[] {
  // Root of the machine may leave out what is mounted below; in a user namespace it comes along and has to be read-only too.
  if (machine.ids !== 'machine') return readOnlyTree(mounts, '/sys');
  const readOnly = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'].map((name) => `/proc/${name}`);
  const masked = ['kcore', 'keys', 'latency_stats', 'timer_list', 'sched_debug'].map((name) => `/proc/${name}`);
  const hidden = ['/proc/acpi', '/proc/scsi', '/proc/asound', '/sys/firmware'];
  return [
    bindMount('/sys', inContainer('/sys'), 'ro', 'nosuid', 'nodev', 'noexec'),
    ...readOnly.filter(existsSync).map((path) => bindMount(inContainer(path), inContainer(path), 'ro', 'nosuid', 'nodev', 'noexec')),
    ...masked.filter(existsSync).map((path) => bindMount('/dev/null', inContainer(path))),
    ...hidden.filter(existsSync).map((path) => fileSystem('tmpfs', inContainer(path), 'ro', 'mode=0755')),
  ];
}

function deviceMounts({ machine, privileged }: RootOptions, at: (name: string) => string): MountEntry[] {
  const all = [
    `lowerdir=${at(`${podFolders.skeleton}/dev`)}:/dev`,
    `upperdir=${at(`${podFolders.view}/dev`)}`,
    `workdir=${at(`${podFolders.view}/devwork`)}`,
  ];
  return [
    ...(privileged && machine.overlay ? [fileSystem('overlay', inContainer('/dev'), ...all)] : []),
    fileSystem('devpts', inContainer('/dev/pts'), 'newinstance', 'ptmxmode=0666', 'mode=0620', 'nosuid', 'noexec'),
    fileSystem('mqueue', inContainer('/dev/mqueue'), 'nosuid', 'nodev', 'noexec'),
    ...devices.map((name) => bindMount(`/dev/${name}`, inContainer(`/dev/${name}`))),
  ];
}

function hiddenState({ stateDirectory, image }: RootOptions): MountEntry[] {
  if (image !== undefined || [...fresh.map(([, path]) => path), '/dev'].some((path) => isAt(stateDirectory, path))) return [];
  return [fileSystem('tmpfs', inContainer(stateDirectory), 'ro', 'mode=0700', 'size=4k')];
}

function isAt(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
