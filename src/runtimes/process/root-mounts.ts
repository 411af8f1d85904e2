import { existsSync, statSync } from 'node:fs';
import { bindMount, fileSystem, type MountEntry } from './fstab.ts';
import type { Machine } from './machine.ts';
import { flagsOf, mountsBelow, type MountPoint } from './mount-table.ts';
import { devices, skeletonFolders } from './skeleton.ts';
import { terminalOptions } from './terminal.ts';

export interface RootOptions {
  readonly machine: Pick<Machine, 'ids' | 'overlay' | 'writable' | 'image'>;
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
  /** The launcher has mounted the file system of its terminal at /dev/pts. */
  readonly hasTerminal: boolean;
  /** Folders of the machine that the skeleton has as well. */
  readonly mountFolders: readonly string[];
}

/** Folders of a Pod's memory that the mounts below use; they are empty but for the skeleton. */
export const podFolders = { skeleton: 'skeleton', bareSkeleton: 'bare', layer: 'layer', view: 'view', empty: 'empty' } as const;

/** The skeleton that goes over an image: a folder that is one has nothing of the machine in it. */
function skeletonOf({ image: folder }: RootOptions): string {
  return folder === undefined ? podFolders.skeleton : podFolders.bareSkeleton;
}

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
  const { memory, terminationLog, privileged } = options;
  const at = (name: string): string => `${memory}/${name}`;
  return [
    ...layer(options, at),
    ...image(options, at),
    fileSystem('proc', inContainer('/proc'), 'nosuid', 'nodev', 'noexec'),
    ...(privileged ? [{ ...bindMount('/sys', inContainer('/sys')), options: ['rbind'] }] : systemMounts(options, at)),
    ...fresh.map(([name, path]) => bindMount(at(`${podFolders.view}/${name}`), inContainer(path))),
    ...deviceMounts(options, at),
    bindMount(at(`${podFolders.view}/shm`), inContainer('/dev/shm')),
    bindMount(terminationLog, inContainer('/dev/termination-log')),
    ...hiddenState(options, at),
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
function layer({ machine, privileged }: RootOptions, at: (name: string) => string): MountEntry[] {
  const folder = (name: string, mode: string): MountEntry =>
    bindMount(at(podFolders.empty), at(`${podFolders.layer}/${name}`), `X-mount.mkdir=${mode}`);
  return [
    fileSystem('tmpfs', at(podFolders.layer), 'nodev', 'mode=0755'),
    bindMount(at(podFolders.layer), at(podFolders.view)),
    // A folder of an overlay has the permissions of the upper one.
    ...['/', ...machine.image.layers].flatMap((path, index) => [folder(`upper${index}`, modeOf(path)), folder(`work${index}`, '0755')]),
    folder('run', '0755'),
    folder('tmp', '1777'),
    folder('vartmp', '1777'),
    folder('shm', '1777'),
    ...(privileged ? [folder('dev', '0755'), folder('devwork', '0755')] : []),
  ];
}

function modeOf(path: string): string {
  return ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0o755) & 0o7777).toString(8).padStart(4, '0');
}

/** The image with the skeleton over it. */
function image(options: RootOptions, at: (name: string) => string): MountEntry[] {
  const { machine, image: folder, privileged } = options;
  const plan = machine.image;
  const layers = folder === undefined ? plan.layers : [folder];
  const root = layers[0] === '/' || folder !== undefined ? layers[0] : undefined;
  const flags = privileged ? [] : ['nodev'];
  const overlay = (index: number, target: string, lower: readonly string[]): MountEntry =>
    fileSystem(
      'overlay',
      target,
      ...flags,
      ...overlayOptions(machine, lower, at(`${podFolders.view}/upper${index}`), at(`${podFolders.view}/work${index}`)),
    );
  const skeleton = at(skeletonOf(options));
  if (!machine.overlay) return readOnlyImage(options, skeleton);
  return [
    overlay(0, '/.', root === undefined ? [skeleton] : [skeleton, root]),
    ...layers.flatMap((path, index) => {
      if (path === root) return [];
      return machine.writable.has(path)
        ? [overlay(index + 1, inContainer(path), hasSkeleton(path, options) ? [skeleton + path, path] : [path])]
        : [bindMount(path, inContainer(path), 'ro', ...flagsOf(path, options.mounts))];
    }),
    ...(folder === undefined ? fixedParts(options, skeleton) : []),
  ];
}

/** What of the machine is shown read-only in any case. */
function fixedParts({ machine, mounts }: RootOptions, skeleton: string): MountEntry[] {
  const { files, trees } = machine.image;
  return [
    ...files.map((path) => bindMount(path, inContainer(path), 'ro', ...flagsOf(path, mounts))),
    ...trees.flatMap((path) => readOnlyTree(mounts, path)),
    ...(trees.includes('/etc') ? podFiles(skeleton) : []),
  ];
}

/** The Pod's files over the machine's; where there is none, none can be made. */
function podFiles(skeleton: string): MountEntry[] {
  const names = ['hosts', 'hostname', 'resolv.conf'].filter((name) => existsSync(`/etc/${name}`));
  return names.map((name) => bindMount(`${skeleton}/etc/${name}`, inContainer(`/etc/${name}`)));
}

function hasSkeleton(path: string, { mountFolders }: RootOptions): boolean {
  return [...skeletonFolders, ...mountFolders].some((folder) => folder === path || folder.startsWith(`${path}/`));
}

/** The options of an overlay file system. */
export function overlayOptions({ ids }: Pick<Machine, 'ids'>, lower: readonly string[], upper: string, work: string): string[] {
  const xattr = ids === 'machine' ? [] : ['userxattr'];
  return [`lowerdir=${lower.map((path) => path.replace(/[\\:,]/g, '\\$&')).join(':')}`, `upperdir=${upper}`, `workdir=${work}`, ...xattr];
}

/** Without overlays: the skeleton, and in it whatever there is of the image, all of it read-only. */
function readOnlyImage(options: RootOptions, skeleton: string): MountEntry[] {
  const { machine, mounts, image: folder } = options;
  if (folder !== undefined) return [bindMount(folder, '/.', 'ro'), bindMount(`${skeleton}/dev`, inContainer('/dev'))];
  const { layers, trees } = machine.image;
  return [
    bindMount(skeleton, '/.', 'ro'),
    ...layers.map((path) => bindMount(path, inContainer(path), 'ro', ...flagsOf(path, mounts))),
    ...fixedParts(options, skeleton),
    ...(layers.includes('/etc') && !trees.includes('/etc') ? podFiles(skeleton) : []),
  ];
}

/** A folder of the machine with all that is mounted below it, read-only. */
function readOnlyTree(mounts: readonly MountPoint[], path: string, target: string = inContainer(path)): MountEntry[] {
  // A mount that others lie in can only come along with them.
  const below = mountsBelow(mounts, path).map((mount) => ({
    ...bindMount(mount.path, target + mount.path.slice(path.length)),
    options: [mountsBelow(mounts, mount.path).length > 0 ? 'rbind' : 'bind', 'ro', ...mount.flags],
  }));
  return [{ ...bindMount(path, target), options: ['rbind', 'ro', ...flagsOf(path, mounts)] }, ...below];
}

function systemMounts({ machine, mounts }: RootOptions, at: (name: string) => string): MountEntry[] {
  // Root of the machine may leave out what is mounted below; in a user namespace it comes along and has to be read-only too.
  if (machine.ids !== 'machine') return readOnlyTree(mounts, '/sys');
  const readOnly = ['bus', 'fs', 'irq', 'sys', 'sysrq-trigger'].map((name) => `/proc/${name}`);
  const masked = ['kcore', 'keys', 'latency_stats', 'timer_list', 'sched_debug'].map((name) => `/proc/${name}`);
  const hidden = ['/proc/acpi', '/proc/scsi', '/proc/asound', '/sys/firmware'];
  return [
    bindMount('/sys', inContainer('/sys'), 'ro', 'nosuid', 'nodev', 'noexec'),
    ...readOnly.filter(existsSync).map((path) => bindMount(inContainer(path), inContainer(path), 'ro', 'nosuid', 'nodev', 'noexec')),
    ...masked.filter(existsSync).map((path) => bindMount('/dev/null', inContainer(path))),
    ...hidden.filter(existsSync).map((path) => bindMount(at(podFolders.empty), inContainer(path), 'ro')),
  ];
}

function deviceMounts({ machine, privileged, hasTerminal }: RootOptions, at: (name: string) => string): MountEntry[] {
  const upper = at(`${podFolders.view}/dev`);
  const all = overlayOptions(machine, [`${at(podFolders.skeleton)}/dev`, '/dev'], upper, at(`${podFolders.view}/devwork`));
  return [
    ...(privileged && machine.overlay && machine.ids === 'machine' ? [fileSystem('overlay', inContainer('/dev'), ...all)] : []),
    hasTerminal ? bindMount('/dev/pts', inContainer('/dev/pts')) : fileSystem('devpts', inContainer('/dev/pts'), ...terminalOptions),
    fileSystem('mqueue', inContainer('/dev/mqueue'), 'nosuid', 'nodev', 'noexec'),
    ...devices.map((name) => bindMount(`/dev/${name}`, inContainer(`/dev/${name}`))),
  ];
}

function hiddenState({ stateDirectory, image }: RootOptions, at: (name: string) => string): MountEntry[] {
  if (image !== undefined || [...fresh.map(([, path]) => path), '/dev'].some((path) => isAt(stateDirectory, path))) return [];
  return [bindMount(at(podFolders.empty), inContainer(stateDirectory), 'ro')];
}

function isAt(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
