import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type {
  ContainerEngine,
  EngineContainer,
  EngineListener,
  EngineSandbox,
  Labels,
} from '../../../src/runtimes/containers/container-engine.ts';
import type { EngineContainerConfig, SandboxConfig, SecurityContext } from '../../../src/runtimes/containers/engine-config.ts';
import { createCriEngine } from '../../../src/runtimes/cri/cri-engine.ts';
import { engineAddress, testImage } from '../../engines/engines.ts';

/** A connection to a real engine; everything that a test made is removed at its end. */
export class CriFixture {
  readonly address: string;
  readonly instance = `cri${process.pid}x${Math.random().toString(16).slice(2, 8)}`;
  readonly folder = mkdtempSync(join(tmpdir(), 'outrider-cri-'));
  readonly exits = new Exits();
  engine: ContainerEngine = undefined as never;

  constructor(address = engineAddress('containerd')) {
    this.address = address;
  }

  async open(): Promise<void> {
    this.engine = await createCriEngine({ address: this.address });
    this.engine.watch(this.exits);
  }

  get labels(): Record<string, string> {
    return { 'outrider.instance': this.instance };
  }

  async close(): Promise<void> {
    const sandboxes = await this.engine.listSandboxes(this.labels);
    await Promise.all(
      sandboxes.map(async ({ id }) => {
        await this.engine.stopSandbox(id);
        await this.engine.removeSandbox(id);
      }),
    );
    await this.engine.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  sandbox(name: string, changes: Partial<SandboxConfig> = {}): Promise<EngineSandbox> {
    return this.engine.runSandbox({
      name,
      namespace: 'default',
      uid: `${this.instance}-${name}`,
      attempt: 0,
      hostname: changes.namespaces?.network === 'node' ? '' : name,
      labels: { ...this.labels, 'io.kubernetes.pod.name': name },
      aliases: [],
      logDirectory: join(this.folder, name),
      dns: undefined,
      portMappings: [],
      namespaces: podNamespaces,
      sysctls: {},
      cgroupParent: undefined,
      resources: {},
      security,
      runtimeHandler: '',
      ...changes,
    });
  }

  create(
    sandbox: EngineSandbox,
    name: string,
    command: readonly string[],
    changes: Partial<EngineContainerConfig> = {},
  ): Promise<{ readonly id: string }> {
    mkdirSync(dirname(this.logFile(sandbox, name)), { recursive: true });
    return this.engine.createContainer(sandbox, this.config(name, command, changes));
  }

  config(name: string, command: readonly string[], changes: Partial<EngineContainerConfig> = {}): EngineContainerConfig {
    return containerConfig(this.labels, name, command, changes);
  }

  async start(
    sandbox: EngineSandbox,
    name: string,
    command: readonly string[],
    changes: Partial<EngineContainerConfig> = {},
  ): Promise<{ readonly id: string; readonly startedAt: number; readonly exited: Promise<EngineContainer> }> {
    const { id } = await this.create(sandbox, name, command, changes);
    const exited = this.exits.of(id);
    return { id, ...(await this.engine.startContainer(id)), exited };
  }

  /** To its end: the status that was told, and what it wrote. */
  async run(
    sandbox: EngineSandbox,
    name: string,
    command: readonly string[],
    changes: Partial<EngineContainerConfig> = {},
  ): Promise<EngineContainer & { readonly log: readonly string[] }> {
    const { id, exited } = await this.start(sandbox, name, command, changes);
    const status = await exited;
    await this.engine.outputComplete?.(id);
    return { ...status, log: this.log(sandbox, name) };
  }

  /** `stdout F text` for each entry of the log file. */
  log(sandbox: EngineSandbox, name: string): string[] {
    const text = readFileSync(this.logFile(sandbox, name), 'utf8');
    return text
      .split('\n')
      .slice(0, -1)
      .map((line) => line.replace(/^\S+ /, ''));
  }

  logFile(sandbox: EngineSandbox, name: string): string {
    return join(this.folder, sandbox.labels['io.kubernetes.pod.name'] ?? '', name, '0.log');
  }
}

/** What the engine tells. */
class Exits implements EngineListener {
  /** In the order in which they came. */
  readonly ids: string[] = [];
  readonly connection: string[] = [];
  readonly #statuses = new Map<string, EngineContainer>();
  readonly #waiting = new Map<string, (status: EngineContainer) => void>();

  of(id: string): Promise<EngineContainer> {
    const status = this.#statuses.get(id);
    return status === undefined ? new Promise((resolve) => this.#waiting.set(id, resolve)) : Promise.resolve(status);
  }

  exited(id: string, status?: EngineContainer): void {
    this.ids.push(id);
    if (status === undefined) return;
    this.#statuses.set(id, status);
    this.#waiting.get(id)?.(status);
  }

  reconnected(): void {
    this.connection.push('reconnected');
  }

  disconnected(): void {
    this.connection.push('disconnected');
  }
}

export function shell(script: string): string[] {
  return ['/bin/sh', '-c', script];
}

const podNamespaces = { network: 'pod', pid: 'container', ipc: 'pod' } as const;

export const security: SecurityContext = {
  supplementalGroups: [],
  privileged: false,
  readOnlyRootFilesystem: false,
  noNewPrivileges: false,
  capabilities: { add: [], drop: [] },
  seccomp: { type: 'RuntimeDefault' },
  apparmor: { type: 'RuntimeDefault' },
  unmaskedProc: false,
};

export function containerConfig(
  labels: Labels,
  name: string,
  command: readonly string[],
  changes: Partial<EngineContainerConfig> = {},
): EngineContainerConfig {
  return {
    name,
    attempt: 0,
    image: testImage,
    command,
    args: [],
    workingDir: '',
    env: {},
    mounts: [],
    devices: [],
    labels: { ...labels, 'io.kubernetes.container.name': name },
    logPath: `${name}/0.log`,
    stdin: false,
    stdinOnce: false,
    tty: false,
    stopSignal: undefined,
    resources: {},
    security,
    namespaces: podNamespaces,
    ...changes,
  };
}
