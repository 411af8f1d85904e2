import { statSync } from 'node:fs';
import { posix } from 'node:path';
import { ConfigError } from '../../pod/config-error.ts';
import { mountSubPath } from '../../pod/sub-path.ts';
import type { Container, VolumeMount } from '../../pod/types.ts';
import { followInside, makeMountPoint } from '../shared/container-path.ts';
import { bindMount, type MountEntry } from './fstab.ts';
import type { Launch } from './launch.ts';
import { flagsOf, mountsBelow, type MountPoint } from './mount-table.ts';
import { inContainer } from './root-mounts.ts';
import { openSubPath, type FileIdentity, type OpenedPath } from '../shared/sub-path.ts';
import type { MountedVolume } from './volumes.ts';

/** A volume, or a part of one, at its place in a container. */
export interface ContainerMount {
  readonly mount: VolumeMount;
  readonly volume: MountedVolume;
  /** The part of the volume, for the launchers and for this program. */
  readonly source: string;
  readonly outside: string;
  readonly isReadOnly: boolean;
  readonly isDirectory: boolean;
  /** Held open while the container is set up, where the part was looked up by a path. */
  readonly opened: OpenedPath | undefined;
}

/** Looks up what a container has mounted. Throws `ConfigError`. The caller closes what is `opened`. */
export function openMounts(
  container: Container,
  volumes: ReadonlyMap<string, MountedVolume>,
  environment: Readonly<Record<string, string>>,
): ContainerMount[] {
  const result: ContainerMount[] = [];
  try {
    for (const mount of container.volumeMounts ?? []) result.push(openMount(container, mount, volumes, environment));
  } catch (error) {
    closeMounts(result);
    throw error;
  }
  // What is deeper comes later, or the upper one would hide it.
  return result.sort((a, b) => depth(a.mount.mountPath) - depth(b.mount.mountPath));
}

export function closeMounts(mounts: readonly ContainerMount[]): void {
  for (const { opened } of mounts) opened?.close();
}

function openMount(
  { name }: Container,
  mount: VolumeMount,
  volumes: ReadonlyMap<string, MountedVolume>,
  environment: Readonly<Record<string, string>>,
): ContainerMount {
  const volume = volumes.get(mount.name);
  if (volume === undefined)
    throw new ConfigError(`cannot find volume ${JSON.stringify(mount.name)} to mount into container ${JSON.stringify(name)}`);
  const isReadOnly = mount.readOnly === true || volume.isReadOnly;
  const subPath = mountSubPath(mount, environment);
  if (subPath === undefined) {
    const isDirectory = statSync(volume.outside).isDirectory();
    return { mount, volume, source: volume.source, outside: volume.outside, isReadOnly, isDirectory, opened: undefined };
  }
  try {
    const opened = openSubPath(volume.outside, subPath);
    const below = opened.path === '' ? '' : `/${opened.path}`;
    return {
      mount,
      volume,
      source: volume.source + below,
      outside: volume.outside + below,
      isReadOnly,
      isDirectory: opened.isDirectory,
      opened,
    };
  } catch (cause) {
    const message = `failed to prepare subPath for volumeMount ${JSON.stringify(mount.name)} of container ${JSON.stringify(name)}`;
    throw new ConfigError(`${message}: ${(cause as Error).message}`, { cause });
  }
}

/**
 * Makes the mount points inside the container and gives the lines of the fstab. A mount point below another mount is made in that
 * one's volume, as it is going to be seen there.
 */
export function mountEntries(mounts: readonly ContainerMount[], launch: Launch, machineMounts: readonly MountPoint[]): MountEntry[] {
  const placed: { readonly target: string; readonly outside: string }[] = [];
  return mounts.flatMap((item) => {
    const target = place(item.mount.mountPath, item.isDirectory, placed, launch);
    placed.push({ target, outside: item.outside });
    return bindEntries(item, target, machineMounts);
  });
}

/** The path in the container at which `path` ends up once links are followed; something of the right kind is there then. */
export function place(path: string, isDirectory: boolean, placed: readonly { target: string; outside: string }[], launch: Launch): string {
  const target = followInside(launch.inside('/'), path);
  const parent = placed.findLast((mount) => target === mount.target || target.startsWith(`${mount.target}/`));
  if (parent === undefined) {
    makeMountPoint(launch.inside(target), isDirectory);
    return target;
  }
  const below = followInside(parent.outside, target.slice(parent.target.length));
  makeMountPoint(posix.join(parent.outside, below), isDirectory);
  return posix.join(parent.target, below);
}

function bindEntries(
  { source, volume, isReadOnly, mount }: ContainerMount,
  target: string,
  machineMounts: readonly MountPoint[],
): MountEntry[] {
  const flags = flagsOf(source, machineMounts);
  const readOnly = isReadOnly ? ['ro', ...flags] : [];
  if (!volume.isHostPath) return [bindMount(source, inContainer(target), ...readOnly)];
  const below = mountsBelow(machineMounts, source);
  const isDeep = isReadOnly && (mount.recursiveReadOnly === 'Enabled' || mount.recursiveReadOnly === 'IfPossible');
  return [
    { ...bindMount(source, inContainer(target)), options: [below.length > 0 ? 'rbind' : 'bind', ...readOnly] },
    ...(isDeep
      ? below.map((child) => bindMount(child.path, inContainer(target + child.path.slice(source.length)), 'ro', ...child.flags))
      : []),
  ];
}

/** Throws when a mount does not show what was looked up for it: a container exchanged it meanwhile. */
export function verifyMounts(mounts: readonly ContainerMount[], launch: Launch): void {
  for (const { mount, opened } of mounts) {
    if (opened === undefined) continue;
    const seen: FileIdentity = statSync(launch.inside(followInside(launch.inside('/'), mount.mountPath)));
    if (seen.dev !== opened.identity.dev || seen.ino !== opened.identity.ino) {
      throw new ConfigError(`subPath of volumeMount ${JSON.stringify(mount.name)} changed while it was mounted`);
    }
  }
}

function depth(path: string): number {
  return path.split('/').filter((part) => part !== '').length;
}
