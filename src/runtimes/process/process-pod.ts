import { randomBytes } from 'node:crypto';
import type {
  ContainerAttempt,
  CreatedContainer,
  ExecOptions,
  ExecResult,
  ExecSession,
  ImagePull,
  PodRuntime,
  PodSandbox,
  RuntimeListener,
  StartedContainer,
} from '../../engine/runtime-service.ts';
import { RuntimeError } from '../../engine/runtime-service.ts';
import { logDirectory, logFile } from '../../logs/directory.ts';
import { ConfigError } from '../../pod/config-error.ts';
import type { References } from '../../pod/references.ts';
import type { Container as ContainerSpec, Pod } from '../../pod/types.ts';
import { containerConfig } from './container-config.ts';
import { Container } from './container.ts';
import { run } from '../shared/run.ts';
import { watchSizeLimits } from '../shared/size-limit.ts';
import { presentImage } from './image.ts';
import { podIP, type CreatedProcess, type HostOptions, type PodContext, type PodHost } from './pod-host.ts';

/** One Pod on the process runtime. */
export class ProcessPod implements PodRuntime {
  readonly #pod: Pod;
  readonly #references: References;
  readonly #listener: RuntimeListener;
  readonly #context: PodContext;
  readonly #host: PodHost;
  readonly #containers = new Map<string, { readonly container: Container; readonly created: CreatedProcess }>();
  readonly #removed: () => void;
  #sandboxID = '';
  #endWatch: () => void = () => undefined;

  constructor(options: {
    readonly pod: Pod;
    readonly references: References;
    readonly listener: RuntimeListener;
    readonly context: PodContext;
    readonly makeHost: (options: HostOptions) => PodHost;
    /** The Pod is gone. */
    readonly removed: () => void;
  }) {
    const { pod, references, listener, context, makeHost, removed } = options;
    this.#pod = pod;
    this.#references = references;
    this.#listener = listener;
    this.#context = context;
    this.#removed = removed;
    this.#host = makeHost({ pod, references, context, onLost: (reason) => this.#listener.sandboxLost(this.#sandboxID, reason) });
  }

  /** Containers end with the program that supervises them: there is never anything left. */
  recover(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async mountVolumes(): Promise<void> {
    try {
      await this.#host.mountVolumes();
    } catch (error) {
      throw asRuntimeError(error, 'FailedMount');
    }
    const limits = new Map((this.#pod.spec.volumes ?? []).map(({ name, emptyDir }) => [name, emptyDir?.sizeLimit ?? '']));
    const { enter, environment, ids } = this.#context.machine;
    this.#endWatch();
    this.#endWatch = watchSizeLimits(
      this.#host.volumes.values(),
      limits,
      (command) => run([...(ids === 'machine' ? [] : enter), ...command], environment),
      (message) => this.#listener.evicted(message),
    );
  }

  async runPodSandbox(): Promise<PodSandbox> {
    try {
      await this.#host.startSandbox();
    } catch (error) {
      throw asRuntimeError(error, 'FailedCreatePodSandBox');
    }
    this.#sandboxID = newID();
    return { id: this.#sandboxID, ips: [podIP], hostIPs: [podIP] };
  }

  ensureImage({ image }: ContainerSpec): Promise<ImagePull> {
    return Promise.resolve().then(() => presentImage(image));
  }

  async createContainer(spec: ContainerSpec, attempt: ContainerAttempt): Promise<CreatedContainer> {
    const id = newID();
    try {
      const { standIns } = this.#context;
      const config = containerConfig(spec, attempt, {
        pod: this.#pod,
        references: this.#references,
        standIns,
        volumes: this.#host.volumes,
      });
      const targetPid = attempt.targetID === undefined ? undefined : this.#running(attempt.targetID).container.pid;
      const created = await this.#host.create(spec, config, id, targetPid);
      const path = logFile(this.logDirectory(spec.name), attempt.restartCount);
      const container = new Container({
        id,
        spec,
        process: created.process,
        stopSignal: config.stopSignal,
        terminationLog: created.terminationLog,
        listener: this.#listener,
        openLog: () => this.#context.logs.open(path, (line) => this.#listener.output({ container: spec.name, ...line })),
      });
      this.#containers.set(id, { container, created });
      const { uid, gid, groups } = created.user;
      return {
        containerID: id,
        volumeMounts: spec.volumeMounts ?? [],
        user: { linux: { uid, gid, supplementalGroups: [gid, ...groups] } },
      };
    } catch (error) {
      throw asRuntimeError(error, error instanceof ConfigError ? 'CreateContainerConfigError' : 'CreateContainerError');
    }
  }

  startContainer(containerID: string): Promise<StartedContainer> {
    return this.#find(containerID).container.start();
  }

  async stopContainer(containerID: string, gracePeriodMs: number): Promise<void> {
    await this.#containers.get(containerID)?.container.stop(gracePeriodMs);
  }

  async removeContainer(containerID: string): Promise<void> {
    const found = this.#containers.get(containerID);
    this.#containers.delete(containerID);
    if (found?.container.state === 'running') await found.container.stop(0);
    else if (found?.container.state === 'created') found.container.discard();
  }

  execSync(containerID: string, command: readonly string[], timeoutMs: number | undefined): Promise<ExecResult> {
    const found = this.#containers.get(containerID);
    if (found?.container.state !== 'running') return Promise.resolve({ kind: 'error', message: 'the container is not running' });
    return found.created.exec(command, timeoutMs);
  }

  async exec(containerID: string, options: ExecOptions): Promise<ExecSession> {
    return this.#running(containerID).created.session(options);
  }

  attach(containerID: string, options: Omit<ExecOptions, 'command'>): Promise<ExecSession> {
    return Promise.resolve().then(() => this.#running(containerID).container.attach(options));
  }

  namesChanged(): void {
    this.#host.refreshNames();
  }

  stopPodSandbox(): Promise<void> {
    return this.#host.stopSandbox();
  }

  async removePod(): Promise<void> {
    this.#endWatch();
    await this.#host.remove();
    this.#containers.clear();
    this.#removed();
  }

  logDirectory(container: string): string {
    return logDirectory(this.#context.folders.logs, this.#pod, container);
  }

  #running(containerID: string): { readonly container: Container; readonly created: CreatedProcess } {
    const found = this.#containers.get(containerID);
    if (found?.container.state !== 'running') throw new Error('the container is not running');
    return found;
  }

  #find(containerID: string): { readonly container: Container } {
    const found = this.#containers.get(containerID);
    if (found === undefined) throw new RuntimeError('RunContainerError', `there is no container ${containerID}`, { exitCode: 128 });
    return found;
  }
}

function asRuntimeError(error: unknown, reason: string): RuntimeError {
  if (error instanceof RuntimeError) return error;
  return new RuntimeError(reason, (error as Error).message, { cause: error });
}

function newID(): string {
  return randomBytes(32).toString('hex');
}
