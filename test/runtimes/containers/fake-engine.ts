import type { ExecResult, ExecSession } from '../../../src/engine/runtime-service.ts';
import {
  PullError,
  type ContainerEngine,
  type EngineContainer,
  type EngineFeatures,
  type EngineImage,
  type EngineListener,
  type EngineSandbox,
  type FollowOutput,
  type Labels,
  type PullOptions,
} from '../../../src/runtimes/containers/container-engine.ts';
import type { EngineContainerConfig, SandboxConfig } from '../../../src/runtimes/containers/engine-config.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A container engine in memory: what happens in it is what the test says. */
export class FakeEngine implements ContainerEngine {
  readonly name = 'fake';
  readonly description = 'fake 1.0';
  readonly features: EngineFeatures;
  readonly images = new Map<string, EngineImage>();
  /** Images of the registry, and who may pull them; undefined: everybody. */
  readonly registry = new Map<string, { readonly image: EngineImage; readonly password?: string }>();
  readonly sandboxes = new Map<string, Mutable<EngineSandbox>>();
  readonly containers = new Map<string, Mutable<EngineContainer>>();
  readonly sandboxConfigs: SandboxConfig[] = [];
  readonly containerConfigs: EngineContainerConfig[] = [];
  /** Every call that changes something, and every pull. */
  readonly calls: string[] = [];
  /** Called in place of a start; throws, or lets the container end before the start is answered. */
  onStart: (id: string) => void = () => undefined;
  onStop: (id: string, gracePeriodMs: number) => void = (id) => this.exit(id, 137);
  onPull: (reference: string, options: PullOptions) => Promise<void> = () => Promise.resolve();
  isAway = false;
  #listener: EngineListener | undefined;
  readonly #follows = new Map<string, { readonly follow: FollowOutput; readonly end: () => void }>();
  #next = 1;

  constructor(features: Partial<EngineFeatures> = {}) {
    this.features = {
      writesLogs: false,
      canMount: false,
      seccomp: true,
      apparmor: true,
      imageVolumes: false,
      ambientCapabilities: false,
      ...features,
    };
  }

  /** Ends a container and tells it. */
  exit(id: string, exitCode: number, changes: Partial<EngineContainer> = {}): void {
    const container = this.containers.get(id);
    if (container === undefined) throw new Error(`no container ${id}`);
    Object.assign(container, { state: 'exited', exitCode, finishedAt: 2000, ...changes });
    this.#follows.get(id)?.end();
    if (!this.isAway) this.#listener?.exited(id, { ...container });
  }

  tellExit(id: string, status?: EngineContainer): void {
    this.#listener?.exited(id, status);
  }

  output(id: string, text: string, time?: bigint): void {
    this.#follows.get(id)?.follow.output('stdout', Buffer.from(text), time);
  }

  followsSince(id: string): bigint | undefined {
    return this.#follows.get(id)?.follow.since;
  }

  /** Somebody removed the container. */
  vanish(id: string): void {
    this.containers.delete(id);
    this.#follows.get(id)?.end();
  }

  loseSandbox(id: string): void {
    const sandbox = this.sandboxes.get(id);
    if (sandbox !== undefined) sandbox.state = 'notready';
    this.#listener?.exited(id);
  }

  goAway(): void {
    this.isAway = true;
    this.#listener?.disconnected('gone away');
  }

  comeBack(): void {
    this.isAway = false;
    this.#listener?.reconnected();
  }

  imageStatus(reference: string): Promise<EngineImage | undefined> {
    return Promise.resolve(this.images.get(reference));
  }

  async pullImage(reference: string, options: PullOptions): Promise<EngineImage> {
    this.calls.push(`pull ${reference} ${options.auth?.username ?? 'anonymous'}`);
    await this.onPull(reference, options);
    const entry = this.registry.get(reference);
    if (entry === undefined) throw new PullError('not-found', `${reference}: not found`);
    if (entry.password !== undefined && entry.password !== options.auth?.password)
      throw new PullError('unauthorized', `${reference}: unauthorized for ${options.auth?.username ?? 'anonymous'}`);
    this.images.set(reference, entry.image);
    return entry.image;
  }

  loadImages(): Promise<string[]> {
    return Promise.resolve(['app:1']);
  }

  runSandbox(config: SandboxConfig): Promise<EngineSandbox> {
    const id = `sandbox-${this.#next++}`;
    this.calls.push(`runSandbox ${config.name} ${config.attempt}`);
    this.sandboxConfigs.push(config);
    const { labels, attempt } = config;
    const sandbox: EngineSandbox = { id, labels, attempt, state: 'ready', createdAt: this.#next, ips: ['10.0.0.1'] };
    this.sandboxes.set(id, { ...sandbox });
    return Promise.resolve(sandbox);
  }

  stopSandbox(id: string): Promise<void> {
    this.calls.push(`stopSandbox ${id}`);
    const sandbox = this.sandboxes.get(id);
    if (sandbox !== undefined) sandbox.state = 'notready';
    for (const container of this.containers.values())
      if (container.sandboxID === id && container.state === 'running') this.exit(container.id, 137);
    return Promise.resolve();
  }

  removeSandbox(id: string): Promise<void> {
    this.calls.push(`removeSandbox ${id}`);
    this.sandboxes.delete(id);
    return Promise.resolve();
  }

  listSandboxes(labels: Labels): Promise<EngineSandbox[]> {
    const found = [...this.sandboxes.values()].filter((sandbox) => hasAll(sandbox.labels, labels));
    return Promise.resolve(found.sort((a, b) => b.createdAt - a.createdAt).map((sandbox) => ({ ...sandbox })));
  }

  createContainer(sandbox: EngineSandbox, config: EngineContainerConfig): Promise<{ readonly id: string }> {
    const id = `${config.name}-${this.#next++}`;
    this.calls.push(`create ${id}`);
    this.containerConfigs.push(config);
    this.addContainer({ id, labels: config.labels, sandboxID: sandbox.id });
    return Promise.resolve({ id });
  }

  addContainer(changes: Partial<EngineContainer> & { readonly id: string }): void {
    this.containers.set(changes.id, {
      labels: {},
      sandboxID: '',
      state: 'created',
      createdAt: this.#next++,
      startedAt: 0,
      finishedAt: 0,
      exitCode: 0,
      oomKilled: false,
      imageID: 'sha256:app',
      ...changes,
    });
  }

  startContainer(id: string): Promise<{ readonly startedAt: number }> {
    this.calls.push(`start ${id}`);
    const container = this.containers.get(id);
    if (container === undefined) return Promise.reject(new Error('no such container'));
    return Promise.resolve().then(() => {
      Object.assign(container, { state: 'running', startedAt: 1000 });
      this.onStart(id);
      return { startedAt: 1000 };
    });
  }

  stopContainer(id: string, gracePeriodMs: number): Promise<void> {
    this.calls.push(`stop ${id} ${gracePeriodMs}`);
    if (this.containers.get(id)?.state === 'running') this.onStop(id, gracePeriodMs);
    return Promise.resolve();
  }

  removeContainer(id: string): Promise<void> {
    this.calls.push(`remove ${id}`);
    this.containers.delete(id);
    return Promise.resolve();
  }

  listContainers(labels: Labels): Promise<EngineContainer[]> {
    const found = [...this.containers.values()].filter((container) => hasAll(container.labels, labels));
    return Promise.resolve(found.map((container) => ({ ...container })));
  }

  containerStatus(id: string): Promise<EngineContainer | undefined> {
    const container = this.containers.get(id);
    return Promise.resolve(container && { ...container });
  }

  execSync(id: string, command: readonly string[]): Promise<ExecResult> {
    return Promise.resolve({ kind: 'exited', exitCode: 0, output: `${command.join(' ')} in ${id}` });
  }

  exec(): Promise<ExecSession> {
    return Promise.reject(new Error('not in this engine'));
  }

  attach(): Promise<ExecSession> {
    return Promise.reject(new Error('not in this engine'));
  }

  followOutput(id: string, follow: FollowOutput): Promise<void> {
    if (this.containers.get(id)?.state === 'exited') return Promise.resolve();
    return new Promise((end) => {
      this.#follows.set(id, { follow, end });
      follow.signal.addEventListener('abort', () => end());
    });
  }

  watch(listener: EngineListener): void {
    this.#listener = listener;
  }

  close(): Promise<void> {
    this.calls.push('close');
    return Promise.resolve();
  }
}

export function makeImage(changes: Partial<EngineImage> = {}): EngineImage {
  return { imageID: 'app@sha256:1', image: 'app:1', sizeBytes: 10, config: { user: '' }, ...changes };
}

function hasAll(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([name, value]) => labels[name] === value);
}
