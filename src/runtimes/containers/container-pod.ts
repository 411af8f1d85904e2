import { setTimeout as delay } from 'node:timers/promises';
import type {
  ContainerAttempt,
  CreatedContainer,
  ExecOptions,
  ExecResult,
  ExecSession,
  ImagePull,
  PodRuntime,
  PodSandbox,
  StartedContainer,
} from '../../engine/runtime-service.ts';
import { RuntimeError } from '../../engine/runtime-service.ts';
import { logDirectory } from '../../logs/directory.ts';
import type { RuntimeReport } from '../../lifecycle/create-state.ts';
import { ConfigError } from '../../pod/config-error.ts';
import type { Container } from '../../pod/types.ts';
import { networkEntry } from '../shared/network-entry.ts';
import { run } from '../shared/run.ts';
import { watchSizeLimits } from '../shared/size-limit.ts';
import { containerConfig, type PreparedConfig } from './container-config.ts';
import { hostIPs } from './host-ips.ts';
import { nextContainer } from './next-container.ts';
import { PodContainers } from './pod-containers.ts';
import type { PodOptions } from './pod-context.ts';
import { writeHosts } from './pod-files.ts';
import { PodImages } from './pod-images.ts';
import { PodSandboxes } from './pod-sandboxes.ts';
import { recoverPod } from './recover.ts';
import { removePodRemains } from './remove-pod.ts';
import { podFolders, type PodFolders } from './state-folders.ts';
import { mountVolumes, refreshVolumes, type MountedVolume, type VolumeContext } from './volumes.ts';

/** One Pod on a container engine. */
export class ContainerPod implements PodRuntime {
  readonly #options: PodOptions;
  readonly #folders: PodFolders;
  readonly #images: PodImages;
  readonly #sandboxes: PodSandboxes;
  readonly #containers: PodContainers;
  #volumes: ReadonlyMap<string, MountedVolume> = new Map();
  #endWatch: () => void = () => undefined;
  /** Of the container that comes next, up to the engine's call. */
  #preparation: Promise<void> = Promise.resolve();

  constructor(options: PodOptions) {
    this.#options = options;
    this.#folders = podFolders(options.context.folders, options.pod);
    this.#images = new PodImages(options);
    this.#containers = new PodContainers(options, this.#folders);
    this.#sandboxes = new PodSandboxes(options, this.#containers);
  }

  recover(): Promise<Omit<RuntimeReport, 'status'> | undefined> {
    return recoverPod(this.#options, this.#sandboxes, this.#containers);
  }

  async mountVolumes(): Promise<void> {
    const { pod, listener } = this.#options;
    try {
      this.#volumes = await mountVolumes(this.#volumeContext());
    } catch (error) {
      throw asRuntimeError(error, 'FailedMount');
    }
    const limits = new Map((pod.spec.volumes ?? []).map(({ name, emptyDir }) => [name, emptyDir?.sizeLimit ?? '']));
    const folders = [...this.#volumes.values()].filter((volume) => volume.kind === 'folder');
    this.#endWatch();
    this.#endWatch = watchSizeLimits(
      folders.map((volume) => ({ ...volume, outside: volume.path })),
      limits,
      (command) => run(command, process.env),
      (message) => listener.evicted(message),
    );
  }

  async runPodSandbox(attempt: number): Promise<PodSandbox> {
    this.#images.lookAhead();
    try {
      return await this.#sandboxes.run(attempt);
    } catch (error) {
      throw asRuntimeError(error, 'FailedCreatePodSandBox');
    }
  }

  networkEntry(): readonly string[] | undefined {
    const pid = this.#sandboxes.current?.pid;
    return pid === undefined ? undefined : networkEntry(pid);
  }

  ensureImage(container: Container, pulling: (missingPullSecrets: readonly string[]) => void): Promise<ImagePull> {
    return this.#images.ensure(container, pulling);
  }

  async createContainer(spec: Container, attempt: ContainerAttempt): Promise<CreatedContainer> {
    try {
      const sandbox = this.#sandboxes.current;
      if (sandbox === undefined) throw new Error('the sandbox of the Pod has ended');
      await this.#preparation;
      await refreshVolumes(this.#volumeContext());
      const prepared = await this.#config(spec, attempt);
      const containerID = await this.#containers.create(spec, attempt, sandbox, prepared);
      return { containerID, volumeMounts: spec.volumeMounts ?? [], ...userOf(prepared.config.security) };
    } catch (error) {
      // Somebody may have removed it since it was looked for.
      this.#images.forget(spec);
      throw asRuntimeError(error, error instanceof ConfigError ? 'CreateContainerConfigError' : 'CreateContainerError');
    }
  }

  startContainer(containerID: string): Promise<StartedContainer> {
    const starting = this.#containers.start(containerID);
    // Beside it: one that ends at once would leave no time.
    this.#preparation = this.#prepareNext(this.#containers.get(containerID)?.name ?? '').catch(() => undefined);
    return starting;
  }

  async stopContainer(containerID: string, gracePeriodMs: number): Promise<void> {
    await this.#containers.get(containerID)?.stop(gracePeriodMs);
  }

  removeContainer(containerID: string): Promise<void> {
    return this.#containers.remove(containerID);
  }

  async execSync(containerID: string, command: readonly string[], timeoutMs: number | undefined): Promise<ExecResult> {
    const instance = this.#containers.get(containerID);
    if (instance?.state !== 'running') {
      if (instance?.state === 'exited') await instance.ended;
      return { kind: 'error', message: 'the container is not running' };
    }
    const result = await this.#options.context.engine.execSync(containerID, command, timeoutMs);
    // It may have been cut off by the container's end, which the engine tells a little later and which is to be known first.
    if (isCutOff(result)) await Promise.race([instance.ended, delay(endingMs, undefined, { ref: false })]);
    return result;
  }

  exec(containerID: string, options: ExecOptions): Promise<ExecSession> {
    return this.#options.context.engine.exec(containerID, options);
  }

  attach(containerID: string, options: Omit<ExecOptions, 'command'>): Promise<ExecSession> {
    return this.#options.context.engine.attach(containerID, options);
  }

  namesChanged(): void {
    const { pod, references, context } = this.#options;
    const ips = this.#sandboxes.ips;
    if (ips === undefined) return;
    try {
      writeHosts(pod, ips, references, this.#folders);
    } catch (error) {
      context.warn(`Pod ${pod.metadata.name}: /etc/hosts could not be written: ${(error as Error).message}`);
    }
  }

  stopPodSandbox(): Promise<void> {
    return this.#sandboxes.stop();
  }

  async removePod(): Promise<void> {
    const { pod, context, removed } = this.#options;
    await this.#preparation;
    await this.#containers.settled();
    this.release();
    await removePodRemains(pod.metadata.uid, this.#folders.root, context, this.#sandboxes.stopped);
    removed();
  }

  /** Lets go: what runs goes on. */
  release(): void {
    this.#endWatch();
    this.#images.abort();
    this.#sandboxes.release();
    this.#containers.release();
  }

  logDirectory(container: string): string {
    return logDirectory(this.#options.context.folders.logs, this.#options.pod, container);
  }

  #config(spec: Container, attempt: ContainerAttempt): Promise<PreparedConfig> {
    const { pod, references, context } = this.#options;
    const { features } = context.engine;
    const { image, reference } = this.#images.of(spec);
    return containerConfig(spec, attempt, {
      pod,
      references,
      instance: context.instance,
      features,
      canMount: features.canMount,
      seccompFolder: context.folders.seccomp,
      ...context.resourceFacts,
      folders: this.#folders,
      volumes: this.#volumes,
      image,
      imageReference: reference,
    });
  }

  /** Makes the container that comes next while the one before it is started and runs, where nobody can tell the difference. */
  async #prepareNext(name: string): Promise<void> {
    const sandbox = this.#sandboxes.current;
    const next = nextContainer(this.#options.pod, name);
    if (sandbox === undefined || next === undefined || this.#containers.has(next.name) || !(await this.#images.isThere(next))) return;
    const attempt = { restartCount: 0, podIPs: this.#sandboxes.ips ?? [], hostIPs: hostIPs() };
    const { config } = await this.#config(next, attempt);
    this.#containers.spares.make(sandbox, config);
  }

  #volumeContext(): VolumeContext {
    const { pod, references, context } = this.#options;
    const { claims } = context.folders;
    return { pod, references, folders: this.#folders, claims, canMount: context.engine.features.canMount, warn: context.warn };
  }
}

/** Who the container runs as, where the Pod alone decides it. */
function userOf({ runAsUser, runAsGroup }: { readonly runAsUser?: number; readonly runAsGroup?: number }): Pick<CreatedContainer, 'user'> {
  return runAsUser === undefined || runAsGroup === undefined ? {} : { user: { linux: { uid: runAsUser, gid: runAsGroup } } };
}

function asRuntimeError(error: unknown, reason: string): RuntimeError {
  if (error instanceof RuntimeError) return error;
  return new RuntimeError(reason, (error as Error).message, { cause: error });
}

/** How much later than the end of a command inside it a container's own end may be told. */
const endingMs = 250;

/** Killed, or not run at all. */
function isCutOff(result: ExecResult): boolean {
  return result.kind === 'error' || (result.kind === 'exited' && result.exitCode === 137);
}
