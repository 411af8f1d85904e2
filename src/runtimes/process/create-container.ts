import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { posix } from 'node:path';
import { ConfigError } from '../../pod/config-error.ts';
import { effectiveSecurityContext, supplementalGroups } from '../../pod/security-context.ts';
import type { Container as ContainerSpec, Pod } from '../../pod/types.ts';
import type { ExecResult } from '../../engine/runtime-service.ts';
import { createCgroup } from './cgroup.ts';
import type { ContainerConfig } from './container-config.ts';
import { closeMounts, mountEntries, openMounts, place, verifyMounts, type ContainerMount } from './container-mounts.ts';
import { followInside, makeMountPoint } from './container-path.ts';
import { exec, type ExecFifo } from './exec.ts';
import { executableProblem } from './find-executable.ts';
import { bindMount, formatFstab, type MountEntry } from './fstab.ts';
import type { Launch } from './launch.ts';
import { LaunchedProcess } from './launched-process.ts';
import type { MountPoint } from './mount-table.ts';
import type { CreatedProcess, PodContext } from './pod-host.ts';
import type { PodProcess } from './pod-process.ts';
import { joinContainer, type Target } from './privileges.ts';
import { inContainer } from './root-mounts.ts';
import { quoteWord } from './shell.ts';
import { containerUser, type ContainerUser } from './users.ts';
import type { MountedVolume } from './volumes.ts';

/** What a container is created in. */
export interface Surroundings {
  readonly pod: Pod;
  readonly context: PodContext;
  readonly process: PodProcess;
  readonly volumes: ReadonlyMap<string, MountedVolume>;
  readonly machineMounts: readonly MountPoint[];
  /** A FIFO for the output of one command; undefined when all are in use. */
  readonly execFifo: () => ExecFifo | undefined;
}

/** Makes a launcher's process ready to become the container: its volumes, its user, its working directory. */
export async function createInNamespaces(
  container: ContainerSpec,
  config: ContainerConfig,
  id: string,
  launch: Launch,
  surroundings: Surroundings,
): Promise<CreatedProcess> {
  const { pod, context, process } = surroundings;
  const isShared = pod.spec.shareProcessNamespace === true;
  try {
    const user = findUser(container, config, launch, pod);
    const mounts = openMounts(container, surroundings.volumes, config.podEnvironment);
    try {
      await mountAll(container, mounts, launch, surroundings);
      verifyMounts(mounts, launch);
    } finally {
      closeMounts(mounts);
    }
    const workingDir = makeWorkingDir(config.workingDir, launch);
    const environment = 'HOME' in config.environment ? config.environment : { ...config.environment, HOME: user.home };
    const target: Target = { ...config, user, environment, workingDir, hasTools: config.image.Root === undefined };
    if (effectiveSecurityContext(pod, container).readOnlyRootFilesystem === true) await launch.mount(remountReadOnly(config, context));
    const limits = context.cgroups && createCgroup(context.cgroups, id.slice(0, 16), container.resources);
    return {
      process: new LaunchedProcess(launch, target, context.machine, isShared, limits),
      user,
      terminationLog: terminationLog(container, mounts, process.path(`${launch.slot}.message`)),
      exec: (command, timeoutMs) => execBeside(command, timeoutMs, target, launch, surroundings, (pid) => limits?.add(pid)),
    };
  } catch (error) {
    launch.discard();
    throw error;
  }
}

function findUser(container: ContainerSpec, { image }: ContainerConfig, launch: Launch, pod: Pod): ContainerUser {
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

async function mountAll(
  container: ContainerSpec,
  mounts: readonly ContainerMount[],
  launch: Launch,
  surroundings: Surroundings,
): Promise<void> {
  const { process, context, machineMounts } = surroundings;
  const entries: MountEntry[] = mountEntries(mounts, launch, machineMounts);
  const { terminationMessagePath } = container;
  const isDefault = terminationMessagePath === defaultMessagePath || terminationMessagePath === '';
  if (!isDefault && !mounts.some(({ mount }) => mount.mountPath === terminationMessagePath)) {
    const placed = mounts.map(({ mount, outside }) => ({ target: followInside(launch.inside('/'), mount.mountPath), outside }));
    const target = place(terminationMessagePath, false, placed, launch);
    entries.push(bindMount(`${context.folders.memory}/${launch.slot}.message`, inContainer(target)));
  }
  if (entries.length === 0) return;
  writeFileSync(process.path(`${launch.slot}.volumes`), formatFstab(entries));
  await launch.mount(`mount -n -c -a -T ${launch.slot}.volumes\n`);
}

const defaultMessagePath = '/dev/termination-log';

/** A volume mounted right there is what the container writes to. */
function terminationLog({ terminationMessagePath }: ContainerSpec, mounts: readonly ContainerMount[], file: string): string {
  return mounts.find(({ mount }) => mount.mountPath === terminationMessagePath)?.outside ?? file;
}

/** Container runtimes make a working directory that the image does not have. */
function makeWorkingDir(path: string, launch: Launch): string {
  const absolute = posix.resolve('/', path);
  const inside = launch.inside(followInside(launch.inside('/'), absolute));
  makeMountPoint(inside, true);
  if (!statSync(inside).isDirectory()) throw new Error(`the working directory ${absolute} is not a folder`);
  return absolute;
}

/** The layers of the image one by one: they are mounts of their own. */
function remountReadOnly({ image }: ContainerConfig, { machine }: PodContext): string {
  const layers = image.Root === undefined ? [...machine.writable].filter((path) => path !== '/') : [];
  const targets = ['/', ...layers].map((path) => quoteWord(inContainer(path)));
  return `for target in ${targets.join(' ')}; do mount -n -c -o remount,bind,ro,nodev "$target" || return 1; done\n`;
}

/** The empty file that a container finds as its termination log, for anybody to write. */
export function makeMessageFile(path: string): void {
  writeFileSync(path, '');
  chmodSync(path, 0o666);
}

async function execBeside(
  command: readonly string[],
  timeoutMs: number | undefined,
  target: Target,
  launch: Launch,
  { context, execFifo }: Surroundings,
  started: (pid: number) => void,
): Promise<ExecResult> {
  if (launch.hasEnded) return { kind: 'error', message: 'the container is not running' };
  const { workingDir, environment, user } = target;
  const request = { root: launch.inside('/'), command: command[0] ?? '', workingDir, searchPath: environment['PATH'] ?? '', user };
  const problem = executableProblem(request);
  if (problem !== undefined) return { kind: 'error', message: problem };
  const words = joinContainer({ ...target, command }, launch.pid, context.machine);
  return exec({ command: words, environment: context.machine.environment, timeoutMs, fifo: execFifo(), started });
}
