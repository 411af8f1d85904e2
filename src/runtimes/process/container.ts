import type { Container as ContainerSpec } from '../../pod/types.ts';
import { lastLines } from '../../logs/last-lines.ts';
import type { ContainerLog } from '../../logs/container-log.ts';
import type { ContainerExit, ExecOptions, ExecSession, RuntimeListener, StartedContainer } from '../../engine/runtime-service.ts';
import { readTerminationMessage } from '../shared/termination-message.ts';

/** What a container's process is run by: a launcher, or this program itself. */
export interface ContainerProcess {
  /** Begins to run. `exited` is called once, after the last output. Rejects when it cannot be executed. */
  start(listener: { output(stream: 'stdout' | 'stderr', chunk: Buffer): void; exited(exitCode: number): void }): Promise<{ pid: number }>;
  /** Sends a signal to the process, or SIGKILL to everything in the container. */
  kill(signal: number): void;
  /** Ends a process that was never started. */
  discard(): void;
  /** Input for a container with `stdin`; resolves when more can be taken. Anything else is passed over. */
  write(chunk: Uint8Array): Promise<void>;
  endInput(): void;
  /** Reads no more of its output until `resume`; what it has written when it exits is read all the same. */
  pause(): void;
  resume(): void;
  /** Sets the size of its terminal; without one nothing happens. */
  resize(columns: number, rows: number): void;
  /** Whether the kernel killed something of it for memory. */
  wasOutOfMemory(): boolean;
}

export interface ContainerOptions {
  readonly id: string;
  readonly spec: ContainerSpec;
  readonly process: ContainerProcess;
  readonly stopSignal: number;
  readonly openLog: () => ContainerLog;
  /** Where this program finds the container's termination message. */
  readonly terminationLog: string;
  readonly listener: RuntimeListener;
}

/** One instance of a container, from its creation to its exit. */
export class Container {
  readonly id: string;
  readonly spec: ContainerSpec;
  state: 'created' | 'running' | 'exited' = 'created';
  pid = -1;
  readonly #options: ContainerOptions;
  readonly #ended: Promise<void>;
  #end: () => void = () => undefined;
  #startedAt = 0;
  #killAt = Infinity;
  #killTimer: NodeJS.Timeout | undefined;
  #exitCode = 0;
  readonly #attached = new Set<ExecOptions['output']>();
  /** Those of the attached whom the container waits for. */
  readonly #paused = new Set<ExecOptions['output']>();

  constructor(options: ContainerOptions) {
    this.id = options.id;
    this.spec = options.spec;
    this.#options = options;
    this.#ended = new Promise((resolve) => (this.#end = resolve));
  }

  async start(): Promise<StartedContainer> {
    const { process, openLog } = this.#options;
    const log = openLog();
    this.#startedAt = Date.now();
    try {
      const { pid } = await process.start({
        output: (stream, chunk) => {
          log.write(stream, chunk);
          for (const show of this.#attached) show(stream, chunk);
        },
        // What was started is told before what has ended.
        exited: (exitCode) => setImmediate(() => this.#exited(exitCode, log)),
      });
      this.pid = pid;
      this.#startedAt = Date.now();
      if (this.state === 'created') this.state = 'running';
      return { startedAt: this.#startedAt, pid };
    } catch (error) {
      log.close();
      this.discard();
      throw error;
    }
  }

  /** See `PodRuntime.stopContainer`. */
  async stop(gracePeriodMs: number): Promise<void> {
    if (this.state === 'exited') return;
    if (this.state === 'created') {
      this.#options.process.discard();
      this.#report(128 + sigkill);
      return;
    }
    const isFirst = this.#killAt === Infinity;
    const killAt = Date.now() + gracePeriodMs;
    if (killAt < this.#killAt) {
      this.#killAt = killAt;
      clearTimeout(this.#killTimer);
      if (gracePeriodMs <= 0) this.#options.process.kill(sigkill);
      else this.#killTimer = setTimeout(() => this.#options.process.kill(sigkill), gracePeriodMs);
    }
    if (isFirst && gracePeriodMs > 0) this.#options.process.kill(this.#options.stopSignal);
    return this.#ended;
  }

  /**
   * Joins the streams of its process, which waits for who attaches as in a container engine. With `stdinOnce` the first who gives input and
   * leaves ends it; a terminal's has no end.
   */
  attach({ stdin, output }: Omit<ExecOptions, 'command'>): ExecSession {
    const { process } = this.#options;
    let leave: () => void = () => undefined;
    const left = new Promise<undefined>((resolve) => (leave = () => resolve(undefined)));
    const endInput = (): void => {
      if (stdin && this.spec.stdinOnce === true && this.spec.tty !== true) process.endInput();
    };
    const resume = (): void => {
      if (this.#paused.delete(output) && this.#paused.size === 0) process.resume();
    };
    this.#attached.add(output);
    return {
      write: (chunk) => (stdin ? process.write(chunk) : Promise.resolve()),
      endInput,
      resize: (columns, rows) => process.resize(columns, rows),
      pause: () => {
        this.#paused.add(output);
        process.pause();
      },
      resume,
      exited: Promise.race([this.#ended.then(() => this.#exitCode), left]),
      close: () => {
        this.#attached.delete(output);
        resume();
        endInput();
        leave();
      },
    };
  }

  /** Ends it without a report: it was never started, or nobody wants to know. */
  discard(): void {
    this.state = 'exited';
    clearTimeout(this.#killTimer);
    this.#options.process.discard();
    this.#end();
  }

  #exited(exitCode: number, log: ContainerLog): void {
    log.close();
    if (this.state !== 'exited') this.#report(exitCode, log.path);
  }

  #report(exitCode: number, logPath?: string): void {
    this.state = 'exited';
    this.#exitCode = exitCode;
    clearTimeout(this.#killTimer);
    const message = this.#message(exitCode, logPath);
    const exit: ContainerExit = {
      containerID: this.id,
      name: this.spec.name,
      exitCode,
      ...(this.#options.process.wasOutOfMemory() && { reason: 'OOMKilled' as const }),
      ...(message !== '' && { message }),
      startedAt: this.#startedAt,
      finishedAt: Date.now(),
    };
    this.#options.listener.containerExited(exit);
    this.#end();
  }

  /** By kubelet-lifecycle 7.4: the file, or the end of the log for a failure that left none. */
  #message(exitCode: number, logPath: string | undefined): string {
    const message = readTerminationMessage(this.#options.terminationLog);
    const fallsBack = this.spec.terminationMessagePolicy === 'FallbackToLogsOnError' && exitCode !== 0;
    return message === '' && fallsBack && logPath !== undefined ? lastLines(logPath, 80, 2048) : message;
  }
}

const sigkill = 9;
