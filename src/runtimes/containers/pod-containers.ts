import type { ContainerAttempt, StartedContainer } from '../../engine/runtime-service.ts';
import { RuntimeError } from '../../engine/runtime-service.ts';
import { lastLines } from '../../logs/last-lines.ts';
import { logDirectory, logFile } from '../../logs/directory.ts';
import type { Container } from '../../pod/types.ts';
import { readTerminationMessage } from '../shared/termination-message.ts';
import type { PreparedConfig } from './container-config.ts';
import type { EngineContainer, EngineSandbox } from './container-engine.ts';
import { ContainerInstance } from './container-instance.ts';
import { containerOutput } from './container-output.ts';
import { labelNames } from './labels.ts';
import type { PodOptions } from './pod-context.ts';
import { terminationLog } from './pod-files.ts';
import type { PodFolders } from './state-folders.ts';

/** The containers of one Pod at the engine, those included that have ended. */
export class PodContainers {
  readonly #options: PodOptions;
  readonly #folders: PodFolders;
  readonly #instances = new Map<string, ContainerInstance>();
  /** Created by a supervisor that ended before it could start them: by container. */
  readonly #prepared = new Map<string, EngineContainer>();

  constructor(options: PodOptions, folders: PodFolders) {
    this.#options = options;
    this.#folders = folders;
  }

  get(id: string): ContainerInstance | undefined {
    return this.#instances.get(id);
  }

  /** Gives the ID of the new container, or of one that was made for the same attempt before and never started. */
  async create(
    spec: Container,
    attempt: ContainerAttempt,
    sandbox: EngineSandbox,
    { config, terminationLog }: PreparedConfig,
  ): Promise<string> {
    const { engine } = this.#options.context;
    const { restartCount } = attempt;
    const prepared = this.#prepared.get(spec.name);
    this.#prepared.delete(spec.name);
    if (prepared !== undefined) {
      if (isFor(prepared, spec, restartCount, sandbox)) {
        this.#instances.set(prepared.id, this.#instance(spec, prepared.id, restartCount, terminationLog, false));
        return prepared.id;
      }
      await engine.removeContainer(prepared.id);
    }
    const { id } = await engine.createContainer(sandbox, config);
    this.#instances.set(id, this.#instance(spec, id, restartCount, terminationLog, false));
    return id;
  }

  async start(id: string): Promise<StartedContainer> {
    const instance = this.#instances.get(id);
    if (instance === undefined) throw new RuntimeError('RunContainerError', `there is no container ${id}`, { exitCode: 128 });
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
    const restartCount = Number(container.labels[labelNames.restartCount] ?? 0);
    const instance = this.#instance(spec, container.id, restartCount, this.messageFile(spec, restartCount), true);
    this.#instances.set(container.id, instance);
    await instance.takeOver(container);
  }

  /** A container that was created and may never have been started: `create` gives it out for the same attempt. */
  keepPrepared(name: string, container: EngineContainer): void {
    this.#prepared.set(name, container);
  }

  /** The end of an instance that nobody watched. */
  message(spec: Container, restartCount: number, exitCode: number, file = this.messageFile(spec, restartCount)): string {
    // By kubelet-lifecycle 7.4: the file, or the end of the log for a failure that left none.
    const message = file === '' ? '' : readTerminationMessage(file);
    if (message !== '' || spec.terminationMessagePolicy !== 'FallbackToLogsOnError' || exitCode === 0) return message;
    return lastLines(this.#logFile(spec.name, restartCount), 80, 2048);
  }

  /** Resolves when the exits of all that ran were reported. */
  async allEnded(): Promise<void> {
    await Promise.all(
      [...this.#instances.values()]
        .filter(({ state }) => state === 'running')
        .map((instance) => instance.stop(0).catch(() => instance.gone())),
    );
  }

  /** Resolves when the output of all that have ended is in their logs. */
  async logged(): Promise<void> {
    await Promise.all([...this.#instances.values()].map((instance) => instance.logged()));
  }

  release(): void {
    for (const instance of this.#instances.values()) instance.discard();
    this.#instances.clear();
  }

  messageFile({ name, terminationMessagePath }: Container, restartCount: number): string {
    const { volumeMounts = [] } = this.#specs().find((spec) => spec.name === name) ?? {};
    // A volume in its place cannot be looked up here any more.
    return volumeMounts.some(({ mountPath }) => mountPath === terminationMessagePath)
      ? ''
      : terminationLog(this.#folders, name, restartCount);
  }

  #specs(): readonly Container[] {
    const { spec } = this.#options.pod;
    return [...(spec.initContainers ?? []), ...spec.containers];
  }

  #instance(spec: Container, id: string, restartCount: number, messageFile: string, isTakenOver: boolean): ContainerInstance {
    const { context, listener } = this.#options;
    const { engine, logs, exits, warn } = context;
    return new ContainerInstance({
      id,
      name: spec.name,
      restartCount,
      engine,
      exits,
      output: containerOutput({
        engine,
        logs,
        id,
        path: this.#logFile(spec.name, restartCount),
        isTakenOver,
        show: (line) => listener.output({ container: spec.name, ...line }),
        warn,
      }),
      needsLog: spec.terminationMessagePolicy === 'FallbackToLogsOnError',
      message: (exitCode) => this.message(spec, restartCount, exitCode, messageFile),
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

function isFor({ labels, sandboxID }: EngineContainer, { image }: Container, restartCount: number, sandbox: EngineSandbox): boolean {
  return sandboxID === sandbox.id && labels[labelNames.restartCount] === String(restartCount) && labels[labelNames.specImage] === image;
}
