import { chmodSync, existsSync, lchownSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { RuntimeError } from '../../engine/runtime-service.ts';
import { effectiveResources } from '../../pod/effective-resources.ts';
import { parseQuantity, scaledValue } from '../../pod/quantity.ts';
import type { References } from '../../pod/references.ts';
import type { Pod, Volume } from '../../pod/types.ts';
import { writeAtomically } from '../../volumes/atomic-writer.ts';
import { applyFsGroup } from '../../volumes/fs-group.ts';
import { volumePayload } from '../../volumes/payload.ts';
import { fileSystem, formatFstab } from './fstab.ts';
import { checkHostPath } from '../shared/host-path.ts';
import { mountEach } from '../shared/mount-each.ts';
import type { Machine } from './machine.ts';
import type { PodProcess } from './pod-process.ts';
import { quoteWords } from './shell.ts';

/** A volume of a Pod that containers can have mounted. */
export interface MountedVolume {
  readonly name: string;
  /** Where it is for the launchers, which see the machine's files and the Pod's memory. */
  readonly source: string;
  /** Where it is for this program. */
  readonly outside: string;
  /** Containers cannot have it writable. */
  readonly isReadOnly: boolean;
  /** A folder of the machine, with whatever is mounted below it. */
  readonly isHostPath: boolean;
  /** An emptyDir on disk that must not grow beyond this many bytes. */
  readonly limitBytes?: number;
}

type Place = Omit<MountedVolume, 'isReadOnly'>;

export interface VolumeContext {
  readonly pod: Pod;
  readonly references: References;
  readonly process: PodProcess;
  readonly machine: Machine;
  /** Path of the Pod's memory for the launchers. */
  readonly memory: string;
  /** The Pod's folder on disk; it ends with the Pod. */
  readonly disk: string;
  /** Folder of the claims; it outlives the Pods. */
  readonly claims: string;
  /** One line on what could not be done as the Pod asks for. */
  readonly warn: (line: string) => void;
}

/**
 * Makes every volume of the Pod. Called again after a failure or when the Pod process is a new one: what is on disk stays.
 * Rejects with `RuntimeError` reason FailedMount.
 */
export async function mountVolumes(context: VolumeContext): Promise<Map<string, MountedVolume>> {
  return mountEach(context.pod, (volume) => mountVolume(volume, context));
}

/** Writes the volumes made of ConfigMaps, Secrets and fields of the Pod again, where these have changed. */
export async function refreshVolumes(context: VolumeContext, mounted: ReadonlyMap<string, MountedVolume>): Promise<void> {
  for (const volume of context.pod.spec.volumes ?? []) {
    const { outside } = mounted.get(volume.name) ?? {};
    const payload = outside === undefined ? undefined : volumePayload(context.pod, volume, context.references);
    if (outside !== undefined && payload !== undefined)
      await writeAtomically(outside, payload, { prepare: () => giveToGroup(outside, outside, context, true) });
  }
}

async function mountVolume(volume: Volume, context: VolumeContext): Promise<MountedVolume> {
  const { name, hostPath, persistentVolumeClaim, emptyDir } = volume;
  if (hostPath) {
    checkHostPath(hostPath.path, hostPath.type ?? '');
    return { name, source: hostPath.path, outside: hostPath.path, isReadOnly: false, isHostPath: true };
  }
  if (persistentVolumeClaim) return mountClaim(name, persistentVolumeClaim, context);
  if (volume.ephemeral) return mountClaim(name, { claimName: `${context.pod.metadata.name}-${name}` }, context, true);
  if (emptyDir) return mountEmptyDir(name, emptyDir, context);

  const payload = volumePayload(context.pod, volume, context.references);
  if (payload === undefined)
    throw new Error('the process runtime has no volumes of this kind; use a hostPath, an emptyDir or a persistentVolumeClaim');
  const place = inMemory(name, context);
  if (!existsSync(place.outside)) makeFolder(place.outside, 0o755);
  await writeAtomically(place.outside, payload, { prepare: () => giveToGroup(place.source, place.outside, context, true) });
  return { ...place, isReadOnly: true };
}

type EmptyDir = NonNullable<Volume['emptyDir']>;

async function mountEmptyDir(name: string, { medium, sizeLimit }: EmptyDir, context: VolumeContext): Promise<MountedVolume> {
  const limitBytes = bytes(sizeLimit);
  const place = medium === 'Memory' ? inMemory(name, context) : onDisk(name, context);
  if (!existsSync(place.outside)) {
    makeFolder(place.outside, 0o777);
    if (medium === 'Memory') await mountMemory(place, limitBytes, context);
  }
  await giveToGroup(place.source, place.outside, context, false);
  return { ...place, isReadOnly: false, ...(medium !== 'Memory' && limitBytes !== undefined && { limitBytes }) };
}

/** As large as the smaller of its own limit and the Pod's limit of memory; else as the kernel has it, half of the machine's memory. */
async function mountMemory(
  { name, source, outside }: Place,
  limitBytes: number | undefined,
  { pod, process }: VolumeContext,
): Promise<void> {
  const limits = [limitBytes, bytes(effectiveResources(pod).limits['memory'])].filter((limit) => limit !== undefined);
  const size = limits.length > 0 ? [`size=${Math.min(...limits)}`] : [];
  try {
    await process.do(mountScript(formatFstab([fileSystem('tmpfs', source, 'mode=0777', 'nodev', ...size)]), `${name}.tmpfs`));
  } catch (error) {
    rmdirSync(outside);
    throw error;
  }
}

/** Undefined for no limit, which is also what zero means. */
function bytes(quantity: string | undefined): number | undefined {
  const parsed = quantity === undefined ? undefined : parseQuantity(quantity);
  const value = parsed === undefined ? 0 : Number(scaledValue(parsed, 0));
  return value > 0 ? value : undefined;
}

/** The name of a volume is a DNS label: safe as a file name. */
function mountScript(fstab: string, name: string): string {
  return `cat >${name} <<'EOF'\n${fstab}EOF\nmount -n -c -a -T ${name}\n`;
}

interface Claim {
  readonly claimName: string;
  readonly readOnly?: boolean;
}

/** A claim is a folder by its name. The claim of an `ephemeral` volume is the Pod's own and ends with it. */
async function mountClaim(name: string, { claimName, readOnly }: Claim, context: VolumeContext, isOwn = false): Promise<MountedVolume> {
  const { pod, references, claims } = context;
  if (!isOwn && references.persistentVolumeClaim(claimName) === undefined) {
    throw new RuntimeError('FailedMount', `persistentvolumeclaim ${JSON.stringify(claimName)} not found`);
  }
  const path = isOwn ? onDisk(name, context).outside : join(claims, pod.metadata.namespace, claimName);
  if (!existsSync(path)) makeFolder(path, 0o777);
  if (readOnly !== true) await giveToGroup(path, path, context, false);
  return { name, source: path, outside: path, isReadOnly: readOnly === true, isHostPath: false };
}

function inMemory(name: string, { process, memory }: VolumeContext): Place {
  return { name, source: `${memory}/volumes/${name}`, outside: process.path(`volumes/${name}`), isHostPath: false };
}

function onDisk(name: string, { disk }: VolumeContext): Place {
  const path = join(disk, 'volumes', name);
  return { name, source: path, outside: path, isHostPath: false };
}

function makeFolder(path: string, mode: number): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
}

/** Applies fsGroup, where the Pod has one and the user may give files away. */
async function giveToGroup(source: string, outside: string, context: VolumeContext, readOnly: boolean): Promise<void> {
  const { fsGroup: gid, fsGroupChangePolicy: policy } = context.pod.spec.securityContext;
  const { machine, process, warn } = context;
  if (gid === undefined || machine.ids === 'user') return;
  if (machine.ids === 'subordinate') {
    // This program has not the ids of the user namespace; the Pod process has.
    if (policy === 'OnRootMismatch' && (statSync(outside).mode & 0o2000) !== 0) return;
    const mode = readOnly ? 'ug+r' : 'ug+rw';
    const steps = [
      ['chgrp', '-R', String(gid), source],
      ['chmod', '-R', mode, source],
      ['find', source, '-type', 'd', '-exec', 'chmod', 'ug+x,g+s', '{}', '+'],
    ];
    return process.do(steps.map(quoteWords).join(' && '));
  }
  const changePolicy = policy === 'OnRootMismatch' ? policy : 'Always';
  const failure = await applyFsGroup(outside, { gid, readOnly, changePolicy });
  if (failure !== undefined) warn(`fsGroup ${gid} does not hold for all of ${outside}: ${failure.message}`);
}

/** Makes a folder in the Pod's memory that all volumes there are in. */
export function makeVolumesFolder(process: PodProcess): void {
  if (existsSync(process.path('volumes'))) return;
  mkdirSync(process.path('volumes'), { mode: 0o755 });
  lchownSync(process.path('volumes'), statSync(process.path('.')).uid, statSync(process.path('.')).gid);
}
