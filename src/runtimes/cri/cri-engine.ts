import { existsSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import type { ExecOptions, ExecResult, ExecSession } from '../../engine/runtime-service.ts';
import type {
  ContainerEngine,
  EngineContainer,
  EngineFeatures,
  EngineImage,
  EngineListener,
  EngineSandbox,
  Labels,
  PullOptions,
} from '../containers/container-engine.ts';
import type { EngineContainerConfig, SandboxConfig } from '../containers/engine-config.ts';
import { containerdApi, type ContainerdApi } from './containerd-api.ts';
import { Containers } from './containers.ts';
import type { ImageApi, RuntimeApi, VersionResponse } from './cri-api.ts';
import { containerdEvents } from './events/containerd-events.ts';
import { criEvents } from './events/cri-events.ts';
import { Poll, polledEvents } from './events/polled-events.ts';
import { Watcher } from './events/watcher.ts';
import { execSync } from './exec-sync.ts';
import { socketPath } from './find-sockets.ts';
import { Code, hasCode } from './grpc/call-error.ts';
import { Connection } from './grpc/connection.ts';
import { Service } from './grpc/service.ts';
import { Images } from './images/images.ts';
import { Sandboxes } from './sandboxes.ts';

export interface CriEngineOptions {
  /** `unix:///run/containerd/containerd.sock`, or the path alone. */
  readonly address: string;
  /** How long the engine may take to answer first; 2 seconds unless told. */
  readonly connectTimeoutMs?: number;
}

/** Connects to containerd or CRI-O. Rejects with one line when nothing answers, or what answers has no CRI. */
export async function createCriEngine({ address, connectTimeoutMs = 2000 }: CriEngineOptions): Promise<ContainerEngine> {
  const path = socketPath(address);
  // The library says less, and only after trying again.
  await reach(path);
  const connection = await Connection.open(path);
  const runtime = new Service<RuntimeApi>(connection, { proto: 'runtime.v1.RuntimeService', wire: 'runtime.v1.RuntimeService' });
  try {
    const version = await runtime.call('Version', {}, { deadlineMs: connectTimeoutMs, lost: false });
    connection.probe = () => runtime.call('ListPodSandbox', { filter: { id: 'none' } }, { lost: false });
    return new CriEngine(connection, runtime, version);
  } catch (error) {
    connection.close();
    throw new Error(refusal(path, error as Error, connectTimeoutMs), { cause: error });
  }
}

function reach(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path, () => {
      socket.destroy();
      resolve();
    });
    socket.on('error', (error: NodeJS.ErrnoException) =>
      reject(new Error(`no container engine answers at ${path} (${error.code ?? error.message})`)),
    );
  });
}

function refusal(path: string, error: Error, connectTimeoutMs: number): string {
  if (hasCode(error, Code.Unimplemented)) {
    return `what answers at ${path} has no CRI v1: take "cri" out of disabled_plugins in containerd's config.toml, or update it to 1.6 or later`;
  }
  if (hasCode(error, Code.DeadlineExceeded)) return `the container engine at ${path} does not answer within ${connectTimeoutMs} ms`;
  return `the container engine at ${path} does not answer: ${error.message}`;
}

class CriEngine implements ContainerEngine {
  readonly name: string;
  readonly description: string;
  readonly #connection: Connection;
  readonly #runtime: Service<RuntimeApi>;
  readonly #version: VersionResponse;
  readonly #containerd: ContainerdApi | undefined;
  readonly #sandboxes: Sandboxes;
  readonly #containers: Containers;
  readonly #images: Images;
  readonly #watcher: Watcher;
  readonly #poll = new Poll();

  constructor(connection: Connection, runtime: Service<RuntimeApi>, version: VersionResponse) {
    this.#connection = connection;
    this.#runtime = runtime;
    this.#version = version;
    this.name = version.runtimeName;
    this.description = `${version.runtimeName} ${version.runtimeVersion} at ${connection.address}`;
    this.#containerd = version.runtimeName === 'containerd' ? containerdApi(connection) : undefined;
    const sources = [
      ...(this.#containerd ? [containerdEvents(this.#containerd, connection.codec)] : []),
      criEvents(runtime),
      polledEvents(runtime, this.#poll),
    ];
    this.#watcher = new Watcher(sources, (signal) => connection.answers(signal));
    this.#sandboxes = new Sandboxes(runtime);
    const image = new Service<ImageApi>(connection, { proto: 'runtime.v1.ImageService', wire: 'runtime.v1.ImageService' });
    this.#images = new Images(image, this.#containerd?.content);
    this.#containers = new Containers({
      runtime,
      sandboxes: this.#sandboxes,
      tasks: this.#containerd?.tasks,
      watching: () => this.#watcher.ready,
      imageID: (reference) => this.#images.imageID(reference),
    });
  }

  get features(): EngineFeatures {
    const { gateway } = this.#sandboxes;
    return {
      writesLogs: true,
      canMount: process.getuid?.() === 0,
      seccomp: existsSync('/proc/sys/kernel/seccomp'),
      apparmor: isAppArmorOn(),
      imageVolumes: hasImageVolumes(this.#version),
      ambientCapabilities: false,
      ...(gateway !== undefined && { gateway }),
    };
  }

  imageStatus(reference: string): Promise<EngineImage | undefined> {
    return this.#images.status(reference);
  }

  pullImage(reference: string, options: PullOptions): Promise<EngineImage> {
    return this.#images.pull(reference, options);
  }

  async loadImages(file: string): Promise<string[]> {
    if (this.#containerd === undefined) {
      throw new Error(`${this.name} loads no archives: skopeo copy docker-archive:${file} containers-storage:NAME:TAG does it`);
    }
    const { loadImages } = await import('./images/load-images.ts');
    return loadImages(this.#containerd, file, async (name, digest) => (await this.#images.id(name)) === digest);
  }

  runSandbox(config: SandboxConfig): Promise<EngineSandbox> {
    return this.#sandboxes.run(config);
  }

  stopSandbox(id: string): Promise<void> {
    this.#poll.activity();
    return this.#sandboxes.stop(id);
  }

  removeSandbox(id: string): Promise<void> {
    return this.#sandboxes.remove(id);
  }

  listSandboxes(labels: Labels): Promise<EngineSandbox[]> {
    return this.#sandboxes.list(labels);
  }

  createContainer(sandbox: EngineSandbox, config: EngineContainerConfig): Promise<{ readonly id: string }> {
    return this.#containers.create(sandbox, config);
  }

  async startContainer(id: string): Promise<{ readonly startedAt: number }> {
    const started = await this.#containers.start(id);
    this.#poll.activity();
    this.#poll.running.add(id);
    return started;
  }

  stopContainer(id: string, gracePeriodMs: number): Promise<void> {
    this.#poll.activity();
    return this.#containers.stop(id, gracePeriodMs);
  }

  removeContainer(id: string): Promise<void> {
    this.#poll.running.delete(id);
    return this.#containers.remove(id);
  }

  listContainers(labels: Labels): Promise<EngineContainer[]> {
    return this.#containers.list(labels);
  }

  containerStatus(id: string): Promise<EngineContainer | undefined> {
    return this.#containers.status(id);
  }

  outputComplete(id: string): Promise<void> {
    return this.#containers.outputComplete(id);
  }

  async reopenContainerLog(id: string): Promise<void> {
    await this.#runtime.call('ReopenContainerLog', { containerId: id });
  }

  execSync(id: string, command: readonly string[], timeoutMs: number | undefined): Promise<ExecResult> {
    return execSync(this.#runtime, id, command, timeoutMs);
  }

  async exec(id: string, options: ExecOptions): Promise<ExecSession> {
    const { command, tty, stdin } = options;
    const request = { containerId: id, cmd: command, tty, stdin, stdout: true, stderr: !tty };
    const { url } = await this.#runtime.call('Exec', request, { lost: false });
    const { remoteCommand } = await import('./streaming/remote-command.ts');
    return remoteCommand(url, options);
  }

  async attach(id: string, options: Omit<ExecOptions, 'command'>): Promise<ExecSession> {
    const { tty, stdin } = options;
    const { url } = await this.#runtime.call('Attach', { containerId: id, tty, stdin, stdout: true, stderr: !tty }, { lost: false });
    const { remoteCommand } = await import('./streaming/remote-command.ts');
    return remoteCommand(url, options);
  }

  watch(listener: EngineListener): void {
    this.#containers.known.tellExits((id, status) => listener.exited(id, status));
    this.#watcher.watch((event) => this.#containers.known.observe(event), listener);
  }

  close(): Promise<void> {
    this.#watcher.close();
    this.#connection.close();
    return Promise.resolve();
  }
}

function isAppArmorOn(): boolean {
  const file = '/sys/module/apparmor/parameters/enabled';
  return existsSync(file) && readFileSync(file, 'utf8').startsWith('Y');
}

/** Since containerd 2.1 and CRI-O 1.31. */
function hasImageVolumes({ runtimeName, runtimeVersion }: VersionResponse): boolean {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(runtimeVersion) ?? [];
  const since = runtimeName === 'containerd' ? 2001 : 1031;
  return Number(major ?? 0) * 1000 + Number(minor ?? 0) >= since;
}
