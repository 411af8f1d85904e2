import type { ImagePlan } from './image-plan.ts';
import type { MountFolder } from './mount-folders.ts';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';

/** The machine's devices that every container has. */
export const devices = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

/** What is in the skeleton whatever the image is. */
export const skeletonFolders = ['/dev', '/dev/pts', '/dev/shm', '/dev/mqueue', '/etc', '/proc', '/sys', '/run', '/tmp', '/var', '/var/tmp'];

export interface SkeletonFiles {
  readonly hosts: string;
  readonly hostname: string;
  readonly resolvConf: string;
}

/**
 * Lays out, in the empty folder `root`, what every container of a Pod finds over its image: mount points, /dev and the files
 * of the Pod. It is the upper one of the read-only layers beneath a container's root.
 */
export function writeSkeleton(root: string, files: SkeletonFiles, image: ImagePlan, folders: readonly MountFolder[]): void {
  for (const folder of ['', ...skeletonFolders, ...image.folders]) mkdirSync(root + folder, { recursive: true, mode: 0o755 });
  for (const { path, mode } of folders) {
    mkdirSync(root + path, { recursive: true });
    chmodSync(root + path, mode);
  }
  for (const folder of ['/tmp', '/var/tmp']) chmodSync(root + folder, 0o1777);
  for (const name of [...devices, 'termination-log']) writeFileSync(`${root}/dev/${name}`, '', { mode: 0o666 });
  for (const [name, target] of links) symlinkSync(target, `${root}/dev/${name}`);
  for (const path of image.copies) copy(path, root + path);
  for (const path of image.files) writeFileSync(root + path, '', { mode: 0o644 });
  for (const { path, target } of image.links) symlinkSync(target, root + path);
  writePodFiles(root, files);
}

/** What the user cannot read, a container cannot either. */
function copy(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
  }
}

/** Writes the files that change while the Pod lives. */
export function writePodFiles(root: string, { hosts, hostname, resolvConf }: SkeletonFiles): void {
  writeFileSync(`${root}/etc/hosts`, hosts, { mode: 0o644 });
  writeFileSync(`${root}/etc/hostname`, `${hostname}\n`, { mode: 0o644 });
  // A file of its own also where the machine's is a link into /run, which containers have for themselves.
  writeFileSync(`${root}/etc/resolv.conf`, resolvConf, { mode: 0o644 });
}

const links = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
  ['ptmx', 'pts/ptmx'],
  ['core', '/proc/kcore'],
] as const;

export function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
