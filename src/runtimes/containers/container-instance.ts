import type { ContainerExit, StartedContainer } from '../../engine/runtime-service.ts';
import { RuntimeError } from '../../engine/runtime-service.ts';
import { StartFailure, type ContainerEngine, type EngineContainer } from './container-engine.ts';
import type { ContainerOutput } from './container-output.ts';
import type { ExitDispatcher, ExitWatcher } from './exit-dispatcher.ts';

export interface InstanceOptions {
  readonly id: string;
  readonly name: string;
  readonly restartCount: number;
  /** It was not made just now: somebody may have started it already. */
  readonly mayRun: boolean;
  readonly engine: ContainerEngine;
  readonly exits: ExitDispatcher;
  readonly output: ContainerOutput;
  /** Whether the message of a failure may be the end of the log. */
  readonly needsLog: boolean;
  /** The termination message of a container that ended with this exit code. */
  readonly message: (exitCode: number) => string;
  /** Called once, when it has ended by itself or was stopped; not when it could not be started. */
  readonly exited: (exit: ContainerExit) => void;
}

/** One instance of a container at the engine, from its creation to its exit. */
export class ContainerInstance implements ExitWatcher {
  readonly id: string;
  readonly name: string;
  readonly restartCount: number;
  state: 'created' | 'running' | 'exited' = 'created';
  /** Settles when its exit was reported, or is not going to be. */
  readonly ended: Promise<void>;
  readonly #options: InstanceOptions;
  #end: () => void = () => undefined;
  #started: Promise<unknown> = Promise.resolve();
  #startedAt = 0;
  #isEnding = false;

  constructor(options: InstanceOptions) {
    this.id = options.id;
    this.name = options.name;
    this.restartCount = options.restartCount;
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    options.exits.watchContainer(options.id, this);
  }

  /** One that this program did not start itself, as it was found. */
  async takeOver({ startedAt }: EngineContainer): Promise<void> {
    this.state = 'running';
    this.#startedAt = startedAt;
    await this.#options.output.begin();
  }

  /** See `PodRuntime.startContainer`. */
  start(): Promise<StartedContainer> {
    const starting = this.#start();
    this.#started = starting.catch(() => undefined);
    return starting;
  }

  async #start(): Promise<StartedContainer> {
    const { engine, output, mayRun } = this.#options;
    await output.begin();
    try {
      const before = mayRun ? await engine.containerStatus(this.id) : undefined;
      if (before !== undefined && before.startedAt > 0) return this.#run(before.startedAt, before);
      const { startedAt } = await engine.startContainer(this.id);
      return this.#run(startedAt);
    } catch (error) {
      const status = error instanceof StartFailure ? undefined : await engine.containerStatus(this.id).catch(() => undefined);
      // The answer got lost, not the container.
      if (status !== undefined && status.startedAt > 0) return this.#run(status.startedAt, status);
      this.discard();
      throw new RuntimeError('RunContainerError', (error as Error).message, { exitCode: startErrorCode, cause: error });
    }
  }

  #run(startedAt: number, status?: EngineContainer): StartedContainer {
    this.#startedAt = startedAt;
    if (this.state === 'created') this.state = 'running';
    if (status?.state === 'exited') this.exited(status);
    return { startedAt, ...(status?.pid !== undefined && { pid: status.pid }) };
  }

  /** See `PodRuntime.stopContainer`. */
  async stop(gracePeriodMs: number): Promise<void> {
    if (this.state === 'exited') return this.ended;
    if (this.state === 'created') {
      await this.#options.engine.stopContainer(this.id, 0);
      return this.#report(undefined);
    }
    await this.#options.engine.stopContainer(this.id, gracePeriodMs);
    if (!this.#isEnding) await this.#finish(await this.#options.engine.containerStatus(this.id));
    await this.ended;
  }

  exited(status: EngineContainer | undefined): void {
    void this.#finish(status);
  }

  gone(): void {
    void this.#started.then(() => this.#report(undefined));
  }

  /** Resolves when all output of one that has ended is in its log. */
  logged(): Promise<void> {
    return this.#options.output.complete();
  }

  /** Ends it without a report. */
  discard(): void {
    this.state = 'exited';
    this.#options.output.leave();
    this.#options.exits.forget(this.id);
    this.#end();
  }

  async #finish(told: EngineContainer | undefined): Promise<void> {
    if (this.#isEnding) return;
    this.#isEnding = true;
    // What was started is told before what has ended.
    await this.#started;
    const status = told?.state === 'exited' ? told : await this.#options.engine.containerStatus(this.id).catch(() => undefined);
    this.#isEnding = false;
    if (status === undefined || status.state === 'exited') return this.#report(status);
  }

  /** Without a status nothing is known of how it ended: as if it had been killed. */
  async #report(status: EngineContainer | undefined): Promise<void> {
    if (this.state === 'exited') return;
    this.state = 'exited';
    const { exits, output, needsLog, message, exited } = this.#options;
    exits.forget(this.id);
    const exitCode = status?.exitCode ?? 128 + sigkill;
    await output.end(exitCode !== 0 && needsLog);
    const text = message(exitCode);
    exited({
      containerID: this.id,
      name: this.name,
      exitCode,
      ...(status?.oomKilled === true && { reason: 'OOMKilled' as const }),
      ...(text !== '' && { message: text }),
      startedAt: status !== undefined && status.startedAt > 0 ? status.startedAt : this.#startedAt,
      finishedAt: status !== undefined && status.finishedAt > 0 ? status.finishedAt : Date.now(),
    });
    this.#end();
  }
}

const sigkill = 9;

/** What a container that could not be started ended with, as the kubelet shows it with containerd; other engines tell 126 and 127 apart. */
export const startErrorCode = 128;
