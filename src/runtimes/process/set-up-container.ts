import { statSync } from 'node:fs';
import { ConfigError } from '../../pod/config-error.ts';
import { effectiveSecurityContext, supplementalGroups } from '../../pod/security-context.ts';
import type { Container as ContainerSpec, Pod } from '../../pod/types.ts';
import { containerCapabilities } from './capabilities.ts';
import { workingDirOf } from './container-config.ts';
import { closeMounts, mountEntries, openMounts, place, verifyMounts, type ContainerMount } from './container-mounts.ts';
import { followInside, makeMountPoint } from '../shared/container-path.ts';
import type { ExecFifo } from './exec.ts';
import { bindMount, formatFstab } from './fstab.ts';
import type { Launch } from './launch.ts';
import type { MountPoint } from './mount-table.ts';
import type { PodContext } from './pod-host.ts';
import type { PodProcess } from './pod-process.ts';
import type { Privileges } from './privileges.ts';
import { inContainer } from './root-mounts.ts';
import type { ImageConfig } from './stand-ins.ts';
import { containerUser, type ContainerUser } from './users.ts';
import type { MountedVolume } from './volumes.ts';

/** What a container is set up in. */
export interface Surroundings {
  readonly pod: Pod;
  readonly context: PodContext;
  readonly process: PodProcess;
  readonly volumes: ReadonlyMap<string, MountedVolume>;
  readonly machineMounts: readonly MountPoint[];
  /** A FIFO for the output of one command; undefined when all are in use. */
  readonly execFifo: () => ExecFifo | undefined;
}

/** A launcher's process that has a container's mounts and privileges and waits for its command. */
export interface ContainerSetUp extends Privileges {
  readonly launch: Launch;
  readonly workingDir: string;
  /** Where this program finds the termination message. */
  readonly terminationLog: string;
}

/** Whether nothing of a container's set-up depends on what happens in the Pod before it is created. */
export function canSetUpEarly({ volumeMounts = [] }: ContainerSpec): boolean {
  return volumeMounts.every(({ subPath, subPathExpr }) => !subPath && !subPathExpr);
}

/** Mounts what the container has mounted and enters its root as its user. `environment` is what subPathExpr sees. */
export async function setUpContainer(
  container: ContainerSpec,
  environment: Readonly<Record<string, string>>,
  launch: Launch,
  surroundings: Surroundings,
): Promise<ContainerSetUp> {
  const { pod, context, process } = surroundings;
  const image = context.standIns.get(container.image) ?? {};
  try {
    await launch.ready;
    const { readOnlyRootFilesystem } = effectiveSecurityContext(pod, container);
    const privileges = { user: findUser(container, image, launch, pod), ...rightsOf(container, pod) };
    const mounts = openMounts(container, surroundings.volumes, environment);
    try {
      await mountAll(container, mounts, launch, surroundings);
      verifyMounts(mounts, launch);
    } finally {
      closeMounts(mounts);
    }
    const workingDir = makeWorkingDir(workingDirOf(container, image), launch);
    if (readOnlyRootFilesystem === true) await launch.makeReadOnly(imageMounts(image, context));
    launch.enter(privileges, image.Root === undefined);
    return { ...privileges, launch, workingDir, terminationLog: terminationLog(container, mounts, process.path(launch.message)) };
  } catch (error) {
    launch.discard();
    throw error;
  }
}

function rightsOf(container: ContainerSpec, pod: Pod): Omit<Privileges, 'user'> {
  const { privileged, allowPrivilegeEscalation, capabilities } = effectiveSecurityContext(pod, container);
  return {
    capabilities: privileged === true ? undefined : containerCapabilities(capabilities),
    allowEscalation: allowPrivilegeEscalation !== false || privileged === true,
  };
}

function findUser(container: ContainerSpec, image: ImageConfig, launch: Launch, pod: Pod): ContainerUser {
  const { runAsUser, runAsGroup } = effectiveSecurityContext(pod, container);
  const etc = launch.inside(followInside(launch.inside('/'), '/etc'));
  const isStrict = pod.spec.securityContext.supplementalGroupsPolicy === 'Strict';
  const request = { runAsUser, runAsGroup, imageUser: image.User ?? '', supplementalGroups: supplementalGroups(pod), isStrict };
  try {
    return containerUser(etc, request);
  } catch (error) {
    throw new ConfigError((error as Error).message, { cause: error });
  }
}

async function mountAll(container: ContainerSpec, mounts: readonly ContainerMount[], launch: Launch, around: Surroundings): Promise<void> {
  const { context, machineMounts } = around;
  const entries = mountEntries(mounts, launch, machineMounts);
  const { terminationMessagePath: path } = container;
  if (path !== '' && path !== defaultMessagePath && !mounts.some(({ mount }) => mount.mountPath === path)) {
    const placed = mounts.map(({ mount, outside }) => ({ target: followInside(launch.inside('/'), mount.mountPath), outside }));
    entries.push(bindMount(`${context.folders.memory}/${launch.message}`, inContainer(place(path, false, placed, launch))));
  }
  if (entries.length === 0) return;
  await launch.mount(formatFstab(entries));
}

const defaultMessagePath = '/dev/termination-log';

/** A volume mounted right there is what the container writes to. */
function terminationLog({ terminationMessagePath }: ContainerSpec, mounts: readonly ContainerMount[], file: string): string {
  return mounts.find(({ mount }) => mount.mountPath === terminationMessagePath)?.outside ?? file;
}

/** The mounts that the image is seen through. */
function imageMounts({ Root }: ImageConfig, { machine }: PodContext): string[] {
  const layers = Root === undefined ? [...machine.writable].filter((path) => path !== '/') : [];
  return ['/', ...layers].map(inContainer);
}

/** Container runtimes make a working directory that the image does not have. */
function makeWorkingDir(path: string, launch: Launch): string {
  const inside = launch.inside(followInside(launch.inside('/'), path));
  makeMountPoint(inside, true);
  if (!statSync(inside).isDirectory()) throw new Error(`the working directory ${path} is not a folder`);
  return path;
}
