import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import type { ContainerEngine, EngineContainer, EngineListener, EngineSandbox } from '../../../src/runtimes/containers/container-engine.ts';
import type { EngineContainerConfig, SandboxConfig, SecurityContext } from '../../../src/runtimes/containers/engine-config.ts';
import { createDockerEngine } from '../../../src/runtimes/docker/create-docker-engine.ts';
import { engineAddress, requireEngine, testImage } from '../../engines/engines.ts';

/** A real engine with a state folder of its own; everything that a test made is removed after it. */
export class EngineFixture {
  readonly name: 'docker' | 'podman';
  readonly address: string;
  readonly instance = `test${process.pid}x${Math.random().toString(16).slice(2, 8)}`;
  readonly folder = mkdtempSync(join(tmpdir(), 'outrider-engine-'));
  readonly exits = new Exits();
  engine: ContainerEngine = undefined as never;

  constructor(name: 'docker' | 'podman', address = engineAddress(name)) {
    this.name = name;
    this.address = address;
  }

  async open(): Promise<void> {
    this.engine = await this.client();
    this.engine.watch(this.exits);
  }

  /** Another program's view of the same engine. */
  client(): Promise<ContainerEngine> {
    return createDockerEngine({ name: this.name, address: `unix://${this.address}` });
  }

  get labels(): Record<string, string> {
    return { 'outrider.instance': this.instance };
  }

  async close(): Promise<void> {
    for (const { id } of await this.engine.listSandboxes(this.labels)) {
      await this.engine.stopSandbox(id);
      await this.engine.removeSandbox(id);
    }
    await this.engine.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  sandbox(changes: Partial<SandboxConfig> = {}): Promise<EngineSandbox> {
    return this.engine.runSandbox(sandboxConfig(this, changes));
  }

  create(sandbox: EngineSandbox, command: readonly string[], changes: Partial<EngineContainerConfig> = {}): Promise<{ id: string }> {
    return this.engine.createContainer(sandbox, containerConfig(this, command, changes));
  }

  /** Created, followed and started. */
  async start(sandbox: EngineSandbox, command: readonly string[], changes: Partial<EngineContainerConfig> = {}): Promise<Started> {
    const { id } = await this.create(sandbox, command, changes);
    const output = this.follow(id);
    const { startedAt } = await this.engine.startContainer(id);
    return { id, startedAt, ...output, exited: this.exits.of(id) };
  }

  follow(id: string, since?: bigint): Pick<Started, 'output' | 'done'> {
    const output: string[] = [];
    const follow = { since, signal: new AbortController().signal };
    const done = this.engine.followOutput?.(id, {
      ...follow,
      output: (stream, chunk) => output.push(`${stream}: ${Buffer.from(chunk).toString()}`),
    });
    return { output, done: done ?? Promise.resolve() };
  }

  /** Runs to its end. */
  async run(sandbox: EngineSandbox, command: readonly string[], changes: Partial<EngineContainerConfig> = {}): Promise<EngineContainer> {
    const started = await this.start(sandbox, command, changes);
    const status = await started.exited;
    await started.done;
    await this.engine.removeContainer(started.id);
    return status;
  }
}

export interface Started {
  readonly id: string;
  readonly startedAt: number;
  /** `stdout: ...` or `stderr: ...` for each chunk; nothing where the engine writes log files. */
  readonly output: readonly string[];
  readonly done: Promise<void>;
  readonly exited: Promise<EngineContainer>;
}

/** What the engine tells of ends. */
class Exits implements EngineListener {
  /** In the order in which they came. */
  readonly ids: string[] = [];
  readonly connection: string[] = [];
  readonly #known = new Map<string, Promise<EngineContainer>>();
  readonly #resolve = new Map<string, (status: EngineContainer) => void>();

  of(id: string): Promise<EngineContainer> {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const promise = new Promise<EngineContainer>((resolve) => this.#resolve.set(id, resolve));
    this.#known.set(id, promise);
    return promise;
  }

  exited(id: string, status?: EngineContainer): void {
    this.ids.push(id);
    void this.of(id);
    if (status !== undefined) this.#resolve.get(id)?.(status);
  }

  reconnected(): void {
    this.connection.push('reconnected');
  }

  disconnected(): void {
    this.connection.push('disconnected');
  }
}

/** The same tests on both engines, each with its fixture. */
export function onBothEngines(what: string, tests: (fixture: EngineFixture) => void): void {
  for (const name of ['docker', 'podman'] as const) {
    describe.runIf(requireEngine(name, `${what} on ${name}`))(`${what} on ${name}`, () => {
      const fixture = new EngineFixture(name);
      beforeAll(() => fixture.open());
      afterAll(() => fixture.close());
      tests(fixture);
    });
  }
}

function sandboxConfig({ instance, folder }: EngineFixture, changes: Partial<SandboxConfig> = {}): SandboxConfig {
  const name = changes.name ?? 'pod';
  return {
    name,
    namespace: 'default',
    uid: '11111111-2222-3333-4444-555555555555',
    attempt: 0,
    hostname: name,
    labels: { 'outrider.instance': instance, 'io.kubernetes.pod.name': name },
    aliases: [],
    logDirectory: join(folder, 'logs'),
    dns: undefined,
    portMappings: [],
    namespaces: { network: 'pod', pid: 'container', ipc: 'pod' },
    sysctls: {},
    cgroupParent: undefined,
    resources: {},
    security,
    runtimeHandler: '',
    ...changes,
  };
}

function containerConfig(
  { instance }: EngineFixture,
  command: readonly string[],
  changes: Partial<EngineContainerConfig>,
): EngineContainerConfig {
  const name = changes.name ?? 'main';
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
    labels: { 'outrider.instance': instance, 'io.kubernetes.container.name': name },
    logPath: `${name}/0.log`,
    stdin: false,
    stdinOnce: false,
    tty: false,
    stopSignal: undefined,
    resources: {},
    security,
    namespaces: { network: 'pod', pid: 'container', ipc: 'pod' },
    ...changes,
  };
}

const security: SecurityContext = {
  supplementalGroups: [],
  privileged: false,
  readOnlyRootFilesystem: false,
  noNewPrivileges: false,
  capabilities: { add: [], drop: [] },
  seccomp: { type: 'Unconfined' },
  apparmor: { type: 'RuntimeDefault' },
  unmaskedProc: false,
};

export function shell(script: string): string[] {
  return ['sh', '-c', script];
}
