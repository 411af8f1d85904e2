import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { containerdApi, type TaskExit } from '../src/runtimes/cri/containerd-api.ts';
import type { ContainerConfig, PodSandboxConfig, RuntimeApi } from '../src/runtimes/cri/cri-api.ts';
import { Connection } from '../src/runtimes/cri/grpc/connection.ts';
import { Service } from '../src/runtimes/cri/grpc/service.ts';
import { containerCount } from './sequence-pod.ts';

/** The calls that a Pod of containers in sequence takes, and nothing else, on a connection that stands. */
export class BareCri {
  readonly #connection: Connection;
  readonly #runtime: Service<RuntimeApi>;
  readonly #following = new AbortController();
  readonly #exits = new Map<string, () => void>();

  private constructor(connection: Connection) {
    this.#connection = connection;
    this.#runtime = new Service<RuntimeApi>(connection, { proto: 'runtime.v1.RuntimeService', wire: 'runtime.v1.RuntimeService' });
    const decode = connection.codec.decoder('containerd.services.TaskExit');
    const exited = ({ event }: { readonly event: { readonly value: Uint8Array } | null }): void => {
      const { containerId } = decode(event?.value ?? new Uint8Array()) as TaskExit;
      this.#exits.get(containerId)?.();
    };
    const filters = ['topic=="/tasks/exit",namespace==k8s.io'];
    void containerdApi(connection).events.stream('Subscribe', { filters }, exited, this.#following.signal);
  }

  static async connect(address: string): Promise<BareCri> {
    const bare = new BareCri(await Connection.open(address));
    await bare.#runtime.call('Version', {});
    return bare;
  }

  /** Creates, starts, waits for and removes the containers of one Pod, one after the other. Gives the milliseconds it took. */
  async runSequence(command: readonly string[], scratch: string): Promise<number> {
    const logDirectory = join(scratch, 'bare-logs');
    mkdirSync(logDirectory, { recursive: true });
    const sandboxConfig = bareSandbox(logDirectory);
    const startedAt = performance.now();
    const { podSandboxId } = await this.#runtime.call('RunPodSandbox', { config: sandboxConfig, runtimeHandler: '' });
    for (let index = 0; index < containerCount; index++) {
      const config = bareContainer(`container-${index}`, command);
      const { containerId } = await this.#runtime.call('CreateContainer', { podSandboxId, config, sandboxConfig });
      const exited = new Promise<void>((resolve) => this.#exits.set(containerId, resolve));
      await this.#runtime.call('StartContainer', { containerId });
      await exited;
      await this.#isExited(containerId);
      await this.#runtime.call('RemoveContainer', { containerId });
    }
    await this.#runtime.call('StopPodSandbox', { podSandboxId });
    await this.#runtime.call('RemovePodSandbox', { podSandboxId });
    return performance.now() - startedAt;
  }

  /** The CRI knows of an exit a little later than containerd, and removes nothing before. */
  async #isExited(containerId: string): Promise<void> {
    while ((await this.#runtime.call('ContainerStatus', { containerId })).status?.state !== 'CONTAINER_EXITED');
  }

  close(): void {
    this.#following.abort();
    this.#connection.close();
  }
}

const namespaceOptions = { network: 'POD', pid: 'CONTAINER', ipc: 'POD' } as const;
const securityContext = {
  namespaceOptions,
  readonlyRootfs: false,
  supplementalGroups: [],
  privileged: false,
  seccomp: { profileType: 'Unconfined' },
  apparmor: { profileType: 'Unconfined' },
} as const;

function bareSandbox(logDirectory: string): PodSandboxConfig {
  return {
    metadata: { name: 'bare', uid: `bare-${process.pid}`, namespace: 'bench', attempt: 0 },
    hostname: 'bare',
    logDirectory,
    portMappings: [],
    labels: {},
    annotations: {},
    linux: { sysctls: {}, securityContext },
  };
}

function bareContainer(name: string, command: readonly string[]): ContainerConfig {
  return {
    metadata: { name, attempt: 0 },
    image: { image: 'docker.io/library/busybox:1.36', userSpecifiedImage: 'docker.io/library/busybox:1.36' },
    command,
    args: [],
    workingDir: '',
    envs: [],
    mounts: [],
    devices: [],
    labels: {},
    annotations: {},
    logPath: `${name}.log`,
    stdin: false,
    stdinOnce: false,
    tty: false,
    linux: {
      resources: {},
      securityContext: {
        ...securityContext,
        capabilities: { addCapabilities: [], dropCapabilities: [] },
        noNewPrivs: false,
        maskedPaths: [],
        readonlyPaths: [],
      },
    },
  };
}
