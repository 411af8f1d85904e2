import type { ContainerAttempt, StartedContainer } from '../../engine/runtime-service.ts';
import { RuntimeError } from '../../engine/runtime-service.ts';
import type { OutputLine } from '../../logs/container-log.ts';
import { logDirectory, logFile } from '../../logs/directory.ts';
import type { Container } from '../../pod/types.ts';
import type { PreparedConfig } from './container-config.ts';
import type { EngineContainer, EngineSandbox } from './container-engine.ts';
import { ContainerInstance, startErrorCode } from './container-instance.ts';
import { containerOutput } from './container-output.ts';
import type { EngineContainerConfig } from './engine-config.ts';
import { labelNames, selector } from './labels.ts';
import type { PodOptions } from './pod-context.ts';
import { isMadeFrom, SpareContainers, type Spare } from './spare-containers.ts';
import type { PodFolders } from './state-folders.ts';
import { messageFile, terminationMessage } from './termination.ts';

/** The containers of one Pod at the engine, those included that have ended. */
export class PodContainers {
  /** Made ahead, by this program or by one before it. */
  readonly spares: SpareContainers;
  readonly #options: PodOptions;
  readonly #folders: PodFolders;
  readonly #instances = new Map<string, ContainerInstance>();

  constructor(options: PodOptions, folders: PodFolders) {
    this.#options = options;
    this.#folders = folders;
    this.spares = new SpareContainers(options.context.engine);
  }

  get(id: string): ContainerInstance | undefined {
    return this.#instances.get(id);
  }

  has(name: string): boolean {
    return [...this.#instances.values()].some((instance) => instance.name === name);
  }

  /** Gives the ID of the new container, which may be a spare one. */
  async create(spec: Container, { restartCount }: ContainerAttempt, sandbox: EngineSandbox, prepared: PreparedConfig): Promise<string> {
    const { config, terminationLog } = prepared;
    const { id, mayRun } = (await this.spares.take(sandbox, config)) ?? (await this.#create(sandbox, config));
    this.#instances.set(id, this.#instance(spec, { id, restartCount, terminationLog, mayRun, isTakenOver: false }));
    return id;
  }

  async start(id: string): Promise<StartedContainer> {
    const instance = this.#instances.get(id);
    if (instance === undefined) throw new RuntimeError('RunContainerError', `there is no container ${id}`, { exitCode: startErrorCode });
    const started = await instance.start();
    this.#removeOld(instance);
    return started;
  }

  async remove(id: string): Promise<void> {
    const instance = this.#instances.get(id);
    this.#instances.delete(id);
    await instance?.logged();
    instance?.discard();
    await this.#options.context.engine.removeContainer(id);
  }

  /** A container that runs already. */
  async takeOver(spec: Container, container: EngineContainer): Promise<void> {
    const { id, labels } = container;
    if (this.#instances.has(id)) return;
    const restartCount = Number(labels[labelNames.restartCount] ?? 0);
    const terminationLog = messageFile(spec, restartCount, this.#folders);
    const instance = this.#instance(spec, { id, restartCount, terminationLog, mayRun: true, isTakenOver: true });
    this.#instances.set(id, instance);
    await instance.takeOver(container);
  }

  /** The termination message of an instance that nobody watched. */
  message(spec: Container, restartCount: number, exitCode: number): string {
    return terminationMessage(spec, exitCode, messageFile(spec, restartCount, this.#folders), this.#logFile(spec.name, restartCount));
  }

  /** Resolves when the exits of all that ran were reported. */
  async allEnded(): Promise<void> {
    const started = [...this.#instances.values()].filter(({ state }) => state !== 'created');
    await Promise.all(started.map((instance) => instance.stop(0).catch(() => instance.gone())));
  }

  /** Resolves when the output of all that have ended is in their logs, and nothing is being made. */
  async settled(): Promise<void> {
    await Promise.all([this.spares.settled(), ...[...this.#instances.values()].map((instance) => instance.logged())]);
  }

  release(): void {
    for (const instance of this.#instances.values()) instance.discard();
    this.#instances.clear();
  }

  async #create(sandbox: EngineSandbox, config: EngineContainerConfig): Promise<Spare> {
    const { pod, context } = this.#options;
    try {
      const { id } = await context.engine.createContainer(sandbox, config);
      return { id, mayRun: false };
    } catch (error) {
      // A call of an earlier program was still under way when this one looked: its container is in the place of this one.
      const found = await context.engine.listContainers(selector(context.instance, pod.metadata.uid)).catch(() => []);
      const left = found.find((container) => isMadeFrom(container, sandbox, config) && !this.#instances.has(container.id));
      if (left === undefined) throw error;
      return { id: left.id, mayRun: true };
    }
  }

  #instance(
    spec: Container,
    one: { id: string; restartCount: number; terminationLog: string; mayRun: boolean; isTakenOver: boolean },
  ): ContainerInstance {
    const { context, listener } = this.#options;
    const { engine, logs, exits, warn } = context;
    const { id, restartCount, terminationLog, mayRun, isTakenOver } = one;
    const path = this.#logFile(spec.name, restartCount);
    const show = (line: OutputLine): void => listener.output({ container: spec.name, ...line });
    return new ContainerInstance({
      id,
      name: spec.name,
      restartCount,
      mayRun,
      engine,
      exits,
      output: containerOutput({ engine, logs, id, path, isTakenOver, show, warn }),
      needsLog: spec.terminationMessagePolicy === 'FallbackToLogsOnError',
      message: (exitCode) => terminationMessage(spec, exitCode, terminationLog, path),
      exited: (exit) => listener.containerExited(exit),
    });
  }

  #logFile(name: string, restartCount: number): string {
    const { pod, context } = this.#options;
    return logFile(logDirectory(context.folders.logs, pod, name), restartCount);
  }

  /** The kubelet keeps one ended instance of a container beside the newest one. */
  #removeOld(newest: ContainerInstance): void {
    const ended = [...this.#instances.values()]
      .filter(({ name, state, id }) => name === newest.name && state === 'exited' && id !== newest.id)
      .sort((a, b) => b.restartCount - a.restartCount);
    for (const { id } of ended.slice(1)) {
      this.remove(id).catch((error: unknown) => {
        this.#options.context.warn(`container ${id.slice(0, 12)} could not be removed: ${(error as Error).message}`);
      });
    }
  }
}
