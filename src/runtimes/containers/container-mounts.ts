import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../pod/config-error.ts';
import { mountSubPath } from '../../pod/sub-path.ts';
import type { Container, VolumeMount } from '../../pod/types.ts';
import { openSubPath, type OpenedPath } from '../shared/sub-path.ts';
import type { Mount } from './engine-config.ts';
import { normalisedReference } from './ensure-image.ts';
import { bindDescriptor, isMountPoint, unmountAll } from './mounts.ts';
import type { MountedVolume } from './volumes.ts';

export interface MountContext {
  readonly volumes: ReadonlyMap<string, MountedVolume>;
  /** What `$(NAME)` in subPathExpr sees. */
  readonly environment: Readonly<Record<string, string>>;
  readonly canMount: boolean;
  /** The Pod's folder for parts of volumes. */
  readonly subPaths: string;
}

/** What a container has mounted of the Pod's volumes. Rejects with `ConfigError`. */
export async function volumeMounts(container: Container, context: MountContext): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const [index, mount] of (container.volumeMounts ?? []).entries())
    mounts.push(await volumeMount(container.name, mount, index, context));
  return mounts;
}

async function volumeMount(container: string, mount: VolumeMount, index: number, context: MountContext): Promise<Mount> {
  const { name, mountPath: containerPath } = mount;
  const volume = context.volumes.get(name);
  if (volume === undefined)
    throw new ConfigError(`cannot find volume ${JSON.stringify(name)} to mount into container ${JSON.stringify(container)}`);
  const subPath = mountSubPath(mount, context.environment);
  if (volume.kind === 'image')
    return { type: 'image', image: normalisedReference(volume.reference), subPath: subPath ?? '', containerPath };
  if (volume.kind === 'memory') {
    if (subPath !== undefined) throw failure(mount, container, new Error('the engine mounts this volume, and only as a whole'));
    return { type: 'memory', volume: name, sizeBytes: volume.sizeBytes, containerPath, readOnly: mount.readOnly === true };
  }
  const { recursiveReadOnly } = mount;
  const hostPath = subPath === undefined ? volume.path : await subPathSource(volume.path, subPath, { container, mount, index, context });
  return {
    type: 'bind',
    hostPath,
    containerPath,
    readOnly: mount.readOnly === true || volume.isReadOnly,
    ...((recursiveReadOnly === 'Enabled' || recursiveReadOnly === 'IfPossible') && { recursiveReadOnly: true }),
    propagation: propagations[mount.mountPropagation ?? ''] ?? 'private',
  };
}

const propagations: Readonly<Record<string, 'private' | 'host-to-container' | 'bidirectional'>> = {
  HostToContainer: 'host-to-container',
  Bidirectional: 'bidirectional',
};

interface SubPathMount {
  readonly container: string;
  readonly mount: VolumeMount;
  readonly index: number;
  readonly context: MountContext;
}

/**
 * The place of a part of a volume for the engine. Where this program may mount, it is a bind mount of what was looked up, made by
 * file descriptor, so that a container cannot redirect it by changing the volume meanwhile. Elsewhere it is the path that was looked
 * up: links do not lead out of the volume then, but a container that writes to the volume at this very moment could change that.
 */
async function subPathSource(volume: string, subPath: string, { container, mount, index, context }: SubPathMount): Promise<string> {
  try {
    const opened = openSubPath(volume, subPath);
    try {
      if (!context.canMount) return join(volume, opened.path);
      return await bindSubPath(opened, join(context.subPaths, container), String(index));
    } finally {
      opened.close();
    }
  } catch (cause) {
    throw failure(mount, container, cause as Error);
  }
}

async function bindSubPath(opened: OpenedPath, folder: string, name: string): Promise<string> {
  const target = join(folder, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // That of the instance before, which has a mount of its own.
  if (isMountPoint(target)) await unmountAll(target);
  rmSync(target, { recursive: true, force: true });
  if (opened.isDirectory) mkdirSync(target);
  else writeFileSync(target, '');
  await bindDescriptor(opened.descriptor, target);
  return target;
}

function failure({ name }: VolumeMount, container: string, cause: Error): ConfigError {
  const message = `failed to prepare subPath for volumeMount ${JSON.stringify(name)} of container ${JSON.stringify(container)}`;
  return new ConfigError(`${message}: ${cause.message}`, { cause });
}
