import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { RuntimeError } from '../../engine/runtime-service.ts';
import { effectiveResources } from '../../pod/effective-resources.ts';
import { parseQuantity, scaledValue } from '../../pod/quantity.ts';
import type { References } from '../../pod/references.ts';
import type { Pod, Volume } from '../../pod/types.ts';
import { writeAtomically } from '../../volumes/atomic-writer.ts';
import { applyFsGroup } from '../../volumes/fs-group.ts';
import { volumePayload } from '../../volumes/payload.ts';
import { checkHostPath } from '../shared/host-path.ts';
import { mountEach } from '../shared/mount-each.ts';
import { isMountPoint, mountMemory } from './mounts.ts';
import type { PodFolders } from './state-folders.ts';

/** A volume of a Pod that containers can have mounted. */
export type MountedVolume = FolderVolume | MemoryVolume | ImageVolume;

/** A folder (with hostPath also a file) of this machine. */
export interface FolderVolume {
  readonly kind: 'folder';
  readonly name: string;
  readonly path: string;
  /** Containers cannot have it writable. */
  readonly isReadOnly: boolean;
  /** An emptyDir on disk that must not grow beyond this many bytes. */
  readonly limitBytes?: number;
}

/** Memory that the engine mounts, where this program cannot. */
export interface MemoryVolume {
  readonly kind: 'memory';
  readonly name: string;
  readonly sizeBytes: number | undefined;
}

export interface ImageVolume {
  readonly kind: 'image';
  readonly name: string;
  readonly reference: string;
}

export interface VolumeContext {
  readonly pod: Pod;
  readonly references: References;
  readonly folders: PodFolders;
  readonly claims: string;
  readonly canMount: boolean;
  /** One line on what could not be done as the Pod asks for. */
  readonly warn: (line: string) => void;
}

/**
 * Makes every volume of the Pod. Called again after a failure, or when the Pod is taken over: what is there stays. Rejects with
 * `RuntimeError` reason FailedMount.
 */
export async function mountVolumes(context: VolumeContext): Promise<Map<string, MountedVolume>> {
  mkdirSync(context.folders.volumes, { recursive: true, mode: 0o700 });
  await makePayloadFolder(context);
  return mountEach(context.pod, (volume) => mountVolume(volume, context));
}

/** Writes the volumes made of ConfigMaps, Secrets and fields of the Pod again, where these have changed. */
export async function refreshVolumes(context: VolumeContext): Promise<void> {
  for (const volume of context.pod.spec.volumes ?? []) await writePayload(volume, context);
}

async function mountVolume(volume: Volume, context: VolumeContext): Promise<MountedVolume> {
  const { name, hostPath, persistentVolumeClaim, emptyDir, ephemeral, image } = volume;
  if (hostPath) {
    checkHostPath(hostPath.path, hostPath.type ?? '');
    return { kind: 'folder', name, path: hostPath.path, isReadOnly: false };
  }
  if (persistentVolumeClaim) return mountClaim(name, persistentVolumeClaim, context);
  if (emptyDir) return mountEmptyDir(name, emptyDir, context);
  if (ephemeral) return mountFolder(name, join(context.folders.volumes, name), context);
  if (image) return { kind: 'image', name, reference: image.reference ?? '' };
  const path = await writePayload(volume, context);
  if (path === undefined) throw new Error('no volumes of this kind are here; use a hostPath, an emptyDir or a persistentVolumeClaim');
  return { kind: 'folder', name, path, isReadOnly: true };
}

/** Secrets stay in memory where that can be had; one file system serves all such volumes of the Pod. */
async function makePayloadFolder({ pod, folders, canMount }: VolumeContext): Promise<void> {
  const isNeeded = (pod.spec.volumes ?? []).some(
    ({ secret, projected, configMap, downwardAPI }) => secret ?? projected ?? configMap ?? downwardAPI,
  );
  if (!isNeeded) return;
  mkdirSync(folders.payloads, { recursive: true, mode: 0o700 });
  if (canMount && !isMountPoint(folders.payloads)) await mountMemory(folders.payloads, undefined, '0700');
}

/** Where the files of the volume are; undefined for a volume of another kind. */
async function writePayload(volume: Volume, context: VolumeContext): Promise<string | undefined> {
  const payload = volumePayload(context.pod, volume, context.references);
  if (payload === undefined) return undefined;
  const path = join(context.folders.payloads, volume.name);
  if (!existsSync(path)) makeFolder(path, 0o755);
  await writeAtomically(path, payload, { prepare: () => giveToGroup(path, context, true) });
  return path;
}

type EmptyDir = NonNullable<Volume['emptyDir']>;

async function mountEmptyDir(name: string, { medium, sizeLimit }: EmptyDir, context: VolumeContext): Promise<MountedVolume> {
  const limitBytes = bytes(sizeLimit);
  if (medium !== 'Memory') {
    const volume = await mountFolder(name, join(context.folders.volumes, name), context);
    return { ...volume, ...(limitBytes !== undefined && { limitBytes }) };
  }
  const limits = [limitBytes, bytes(effectiveResources(context.pod).limits['memory'])].filter((limit) => limit !== undefined);
  const sizeBytes = limits.length > 0 ? Math.min(...limits) : undefined;
  if (!context.canMount) return { kind: 'memory', name, sizeBytes };
  const path = join(context.folders.volumes, name);
  mkdirSync(path, { recursive: true });
  if (!isMountPoint(path)) await mountMemory(path, sizeBytes, '0777');
  return mountFolder(name, path, context);
}

/** Undefined for no limit, which is also what zero means. */
function bytes(quantity: string | undefined): number | undefined {
  const parsed = quantity === undefined ? undefined : parseQuantity(quantity);
  const value = parsed === undefined ? 0 : Number(scaledValue(parsed, 0));
  return value > 0 ? value : undefined;
}

interface Claim {
  readonly claimName: string;
  readonly readOnly?: boolean;
}

/** A claim is a folder by its name. */
async function mountClaim(name: string, { claimName, readOnly }: Claim, context: VolumeContext): Promise<FolderVolume> {
  const { pod, references, claims } = context;
  if (references.persistentVolumeClaim(claimName) === undefined)
    throw new RuntimeError('FailedMount', `persistentvolumeclaim ${JSON.stringify(claimName)} not found`);
  return mountFolder(name, join(claims, pod.metadata.namespace, claimName), context, readOnly === true);
}

async function mountFolder(name: string, path: string, context: VolumeContext, isReadOnly = false): Promise<FolderVolume> {
  if (!existsSync(path)) makeFolder(path, 0o777);
  if (!isReadOnly) await giveToGroup(path, context, false);
  return { kind: 'folder', name, path, isReadOnly };
}

function makeFolder(path: string, mode: number): void {
  mkdirSync(path, { recursive: true });
  // Not left to the umask.
  chmodSync(path, mode);
}

/** Applies fsGroup. Only root may give files to any group; `admit` has warned of the rest. */
async function giveToGroup(path: string, { pod, warn }: VolumeContext, readOnly: boolean): Promise<void> {
  const { fsGroup: gid, fsGroupChangePolicy } = pod.spec.securityContext;
  if (gid === undefined || process.getuid?.() !== 0) return;
  const changePolicy = fsGroupChangePolicy === 'OnRootMismatch' ? fsGroupChangePolicy : 'Always';
  const failure = await applyFsGroup(path, { gid, readOnly, changePolicy });
  if (failure !== undefined) warn(`fsGroup ${gid} does not hold for all of ${path}: ${failure.message}`);
}
