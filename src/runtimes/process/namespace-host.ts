import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hostsFile, podHostname } from '../../pod/hosts.ts';
import type { Container as ContainerSpec } from '../../pod/types.ts';
import type { ContainerConfig } from './container-config.ts';
import { createContainer } from './create-container.ts';
import { formatFstab } from './fstab.ts';
import { emptyPlan, type ImagePlan } from './image-plan.ts';
import type { Launch } from './launch.ts';
import { mountFolders, type MountFolder } from './mount-folders.ts';
import { readMountTable, type MountPoint } from './mount-table.ts';
import { podIP, type CreatedProcess, type HostOptions, type PodHost } from './pod-host.ts';
import { PodProcess } from './pod-process.ts';
import { podFolders, rootMounts } from './root-mounts.ts';
import { preparedAhead, PreparedContainers } from './prepared-containers.ts';
import { Sandbox, slotFifos } from './sandbox.ts';
import { canSetUpEarly, setUpContainer, type ContainerSetUp, type Surroundings } from './set-up-container.ts';
import { resolvConf } from '../shared/resolv-conf.ts';
import { readOr, writePodFiles, writeSkeleton, type SkeletonFiles } from './skeleton.ts';
import { makeVolumesFolder, mountVolumes, refreshVolumes, type MountedVolume, type VolumeContext } from './volumes.ts';

/** Holds a Pod in namespaces of its own: see `pod-script.ts`. */
export class NamespaceHost implements PodHost {
  volumes: ReadonlyMap<string, MountedVolume> = new Map();
  readonly #options: HostOptions;
  readonly #disk: string;
  /** The FIFOs that no exec uses now. */
  readonly #execFifos: string[] = [];
  readonly #mounts: readonly MountPoint[] = readMountTable();
  readonly #mountFolders: readonly MountFolder[];
  #process: PodProcess | undefined;
  #starting: Promise<PodProcess> | undefined;
  #sandbox: Sandbox | undefined;
  #prepared: PreparedContainers<ContainerSpec, { launch: Launch; setUp: Promise<ContainerSetUp> | undefined }> | undefined;
  #isWanted = true;

  constructor(options: HostOptions) {
    this.#options = options;
    const { pod, context } = options;
    this.#mountFolders =
      context.machine.ids === 'machine' ? [] : mountFolders(this.#containers().filter((one) => this.#imageOf(one) === undefined));
    this.#disk = join(context.folders.pods, `${process.pid}.${pod.metadata.uid}`);
  }

  async mountVolumes(): Promise<void> {
    this.volumes = await mountVolumes(this.#volumeContext(await this.#ensureProcess()));
  }

  async startSandbox(): Promise<void> {
    const { pod } = this.#options;
    const isNew = this.#process === undefined;
    const process = await this.#ensureProcess();
    // The Pod process was lost, and with it what it held in memory.
    if (isNew) await this.mountVolumes();
    this.#isWanted = true;
    const sandbox = new Sandbox(process, {
      launcher: this.#options.context.machine.launcher,
      slots: this.#slots(),
      isShared: pod.spec.shareProcessNamespace === true,
    });
    this.#sandbox = sandbox;
    const started = sandbox.start(podHostname(pod).hostname);
    this.#prepared = new PreparedContainers(this.#containers(), (container) => this.#prepare(container, sandbox, process));
    await started;
  }

  async create(container: ContainerSpec, config: ContainerConfig, id: string, targetPid?: number): Promise<CreatedProcess> {
    const process = this.#process;
    const sandbox = this.#sandbox;
    if (sandbox === undefined || this.#prepared === undefined || process === undefined) throw new Error('the sandbox of the Pod has ended');
    this.#writePodFiles(process);
    await refreshVolumes(this.#volumeContext(process), this.volumes);
    const { launch, setUp } =
      targetPid === undefined ? this.#prepared.take(container) : this.#prepare(container, sandbox, process, targetPid);
    const surroundings = this.#surroundings(process);
    return createContainer(
      container,
      config,
      id,
      await (setUp ?? setUpContainer(container, config.podEnvironment, launch, surroundings)),
      surroundings,
      targetPid !== undefined,
    );
  }

  /** A launcher for the container, and all of its set-up that does not depend on what comes before it. */
  #prepare(
    container: ContainerSpec,
    sandbox: Sandbox,
    process: PodProcess,
    targetPid?: number,
  ): { launch: Launch; setUp: Promise<ContainerSetUp> | undefined } {
    const launch = sandbox.launch((message) => this.#rootFstab(message, container), container.tty === true, targetPid);
    if (!canSetUpEarly(container)) return { launch, setUp: undefined };
    const setUp = setUpContainer(container, {}, launch, this.#surroundings(process));
    // Whoever takes it hears of it.
    setUp.catch(() => undefined);
    return { launch, setUp };
  }

  refreshNames(): void {
    try {
      if (this.#process !== undefined) this.#writePodFiles(this.#process);
    } catch {
      // The Pod has just ended, and its files with it.
    }
  }

  async stopSandbox(): Promise<void> {
    this.#isWanted = false;
    await this.#sandbox?.stop();
    this.#sandbox = undefined;
  }

  async remove(): Promise<void> {
    this.#isWanted = false;
    const process = await this.#starting?.catch(() => undefined);
    await process?.end();
  }

  #ensureProcess(): Promise<PodProcess> {
    this.#starting ??= this.#startProcess().catch((error: unknown) => {
      this.#starting = undefined;
      throw error;
    });
    return this.#starting;
  }

  async #startProcess(): Promise<PodProcess> {
    const { context } = this.#options;
    const slots = this.#slots();
    this.#execFifos.splice(0, Infinity, ...Array.from({ length: 2 * slots }, (_, index) => `exec${index}`));
    const options = {
      machine: context.machine,
      memory: context.folders.memory,
      disk: this.#disk,
      fifos: [...slotFifos(slots), ...this.#execFifos],
      onReport: (words: readonly string[]) => this.#report(words),
      onComplaint: (line: string) => this.#sandbox?.complain(line),
      onEnd: () => this.#ended(),
    };
    const process = await PodProcess.start(options, (started) => this.#layOut(started));
    this.#process = process;
    return process;
  }

  #layOut(process: PodProcess): void {
    for (const name of [podFolders.layer, podFolders.view, podFolders.empty]) mkdirSync(process.path(name));
    for (const [name, image] of this.#skeletons()) {
      writeSkeleton(process.path(name), this.#podFiles(), image, name === podFolders.skeleton ? this.#mountFolders : []);
    }
    makeVolumesFolder(process);
  }

  #skeletons(): (readonly [string, ImagePlan])[] {
    const { context } = this.#options;
    const usesFolders = this.#containers().some((container) => this.#imageOf(container) !== undefined);
    return [[podFolders.skeleton, context.machine.image], ...(usesFolders ? [[podFolders.bareSkeleton, emptyPlan] as const] : [])];
  }

  #containers(): ContainerSpec[] {
    const { initContainers = [], containers } = this.#options.pod.spec;
    return [...initContainers, ...containers];
  }

  /** As many as run at once, and those that are held ready: init containers run one after the other. */
  #slots(): number {
    const { initContainers = [], containers, ephemeralContainers = [] } = this.#options.pod.spec;
    const sidecars = initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always');
    return sidecars.length + containers.length + ephemeralContainers.length + preparedAhead + 1;
  }

  #report(words: readonly string[]): void {
    if (words[0] === 'stopped') return this.#lose('the sandbox process ended');
    this.#sandbox?.report(words);
  }

  #ended(): void {
    this.#process = undefined;
    this.#starting = undefined;
    this.#lose('the Pod process ended');
  }

  #lose(reason: string): void {
    const sandbox = this.#sandbox;
    if (sandbox === undefined) return;
    this.#sandbox = undefined;
    sandbox.end();
    // The exits that this causes are told in the next turn of the event loop.
    if (this.#isWanted) setImmediate(() => this.#options.onLost(reason));
  }

  #imageOf({ image }: ContainerSpec): string | undefined {
    return this.#options.context.standIns.get(image)?.Root;
  }

  #rootFstab(message: string, container: ContainerSpec): string {
    const { machine, folders } = this.#options.context;
    const mounts = rootMounts({
      machine,
      mounts: this.#mounts,
      memory: folders.memory,
      stateDirectory: folders.state,
      terminationLog: `${folders.memory}/${message}`,
      image: this.#imageOf(container),
      privileged: container.securityContext?.privileged === true,
      hasTerminal: container.tty === true,
      mountFolders: this.#mountFolders.map(({ path }) => path),
    });
    return formatFstab(mounts);
  }

  #writePodFiles(process: PodProcess): void {
    for (const [name] of this.#skeletons()) writePodFiles(process.path(name), this.#podFiles());
  }

  #podFiles(): SkeletonFiles {
    const { pod, references } = this.#options;
    const nodeHosts = pod.spec.hostNetwork === true ? readOr('/etc/hosts', '') : '';
    return {
      hosts: hostsFile(pod, [podIP], references.hosts(), nodeHosts),
      hostname: podHostname(pod).hostname,
      resolvConf: resolvConf(pod.spec, readOr('/etc/resolv.conf', '')),
    };
  }

  #volumeContext(process: PodProcess): VolumeContext {
    const { pod, references, context } = this.#options;
    const { machine, folders, warn } = context;
    return { pod, references, process, machine, memory: folders.memory, disk: this.#disk, claims: folders.claims, warn };
  }

  #surroundings(process: PodProcess): Surroundings {
    const { pod, context } = this.#options;
    return {
      pod,
      context,
      process,
      volumes: this.volumes,
      machineMounts: this.#mounts,
      execFifo: () => {
        const name = this.#execFifos.pop();
        if (name === undefined || !existsSync(process.path(name))) return undefined;
        const release = (isClean: boolean): void => {
          if (isClean) this.#execFifos.push(name);
        };
        return { path: process.path(name), release };
      },
    };
  }
}
