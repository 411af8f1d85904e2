import { ContainerLog, type LogContext, type OutputLine } from './container-log.ts';
import { defaultRotation, type RotationPolicy } from './rotation.ts';
import { nanosecondClock, type Nanoseconds } from './timestamp.ts';

export interface LogWriterOptions {
  /** A log could not be written or rotated (a full disk). Its output still goes to `onLine`, but is not kept. */
  readonly onError: (error: Error) => void;
  readonly rotation?: RotationPolicy | undefined;
  readonly now?: () => Nanoseconds;
}

/**
 * Keeps the logs of many containers in the CRI log format. What comes within a turn of the event loop is written at once
 * at its end, and at the latest when the process exits.
 */
export class LogWriter {
  readonly rotation: RotationPolicy;
  readonly #context: LogContext;
  readonly #open = new Set<ContainerLog>();
  #dirty: ContainerLog[] = [];
  #background = Promise.resolve();
  readonly #atExit = () => this.flush();

  constructor({ onError, rotation = defaultRotation, now = nanosecondClock() }: LogWriterOptions) {
    this.rotation = rotation;
    this.#context = {
      now,
      rotation,
      failed: (error) => onError(error as Error),
      schedule: (log) => this.#schedule(log),
      closed: (log) => this.#open.delete(log),
      background: (work) => void (this.#background = this.#background.then(() => work)),
    };
    process.on('exit', this.#atExit);
  }

  /**
   * Opens the log file at `path` to append to, making its folder. `onLine` is called for every line after it was written.
   * Throws when the file cannot be opened.
   */
  open(path: string, onLine?: (line: OutputLine) => void): ContainerLog {
    const log = new ContainerLog(path, this.#context, onLine);
    this.#open.add(log);
    return log;
  }

  flush(): void {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const log of dirty) log.flush();
  }

  /** Ends all logs and waits for what is still being compressed. */
  async close(): Promise<void> {
    for (const log of this.#open) log.close();
    process.off('exit', this.#atExit);
    await this.#background;
  }

  #schedule(log: ContainerLog): void {
    if (this.#dirty.length === 0) setImmediate(() => this.flush());
    this.#dirty.push(log);
  }
}
