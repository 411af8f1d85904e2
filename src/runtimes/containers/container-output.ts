import type { LogLine } from '../../engine/runtime-service.ts';
import type { ContainerLog } from '../../logs/container-log.ts';
import type { LogWriter } from '../../logs/log-writer.ts';
import { readLog } from '../../logs/read-log.ts';
import type { ContainerEngine } from './container-engine.ts';
import { orLate } from './late-output.ts';
import { LogFollower } from './log-follower.ts';

/** The output of one instance of a container, on its way to the log file and to whoever watches. */
export interface ContainerOutput {
  /** Before the container is started, or when it is taken over: then only later lines are shown. */
  begin(): Promise<void>;
  /**
   * The container has ended. Resolves when its exit may be told: with `isWhole` everything that it has written is in the file and was
   * shown by then, otherwise almost always.
   */
  end(isWhole: boolean): Promise<void>;
  /** Resolves when everything is in the file and was shown; at once for one that goes on. */
  complete(): Promise<void>;
  /** Lets go of a container that goes on. */
  leave(): void;
}

export interface OutputOptions {
  readonly engine: ContainerEngine;
  readonly logs: LogWriter;
  readonly id: string;
  /** The log file. */
  readonly path: string;
  readonly isTakenOver: boolean;
  readonly show: (line: Omit<LogLine, 'container'>) => void;
  readonly warn: (line: string) => void;
}

export function containerOutput(options: OutputOptions): ContainerOutput {
  return options.engine.features.writesLogs ? new LogFollower(options) : new StreamedOutput(options);
}

/** How long after a container's end its last output may take; whatever holds its streams open then is not waited for. */
const drainMs = 5000;

/** The last lines come with one more question to the engine, which takes a few milliseconds. */
const lateMs = 20;

/** The engine gives the output, and this program writes the log file. */
class StreamedOutput implements ContainerOutput {
  readonly #options: OutputOptions;
  readonly #abort = new AbortController();
  #log: ContainerLog | undefined;
  #done: Promise<void> = Promise.resolve();
  #ended: Promise<void> | undefined;

  constructor(options: OutputOptions) {
    this.#options = options;
  }

  async begin(): Promise<void> {
    const { engine, logs, id, path, isTakenOver, show, warn } = this.#options;
    const shownFrom = isTakenOver ? Date.now() : 0;
    const last = isTakenOver ? await lastTime(path) : undefined;
    const log = logs.open(path, (line) => (line.time >= shownFrom ? show(line) : undefined));
    this.#log = log;
    const follow = engine.followOutput?.(id, {
      since: last === undefined ? undefined : last + 1n,
      signal: this.#abort.signal,
      output: (stream, chunk, time) => log.write(stream, chunk, time),
    });
    this.#done = (follow ?? Promise.resolve()).catch((error: unknown) => {
      if (!this.#abort.signal.aborted) warn(`the output of container ${id.slice(0, 12)} is cut off: ${(error as Error).message}`);
    });
  }

  end(isWhole: boolean): Promise<void> {
    this.#ended ??= this.#drain();
    return isWhole ? this.#ended : orLate(this.#ended, lateMs);
  }

  complete(): Promise<void> {
    return this.#ended ?? Promise.resolve();
  }

  async #drain(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, drainMs)));
    await Promise.race([this.#done, limit]);
    clearTimeout(timer);
    this.leave();
  }

  leave(): void {
    this.#abort.abort();
    this.#log?.close();
  }
}

async function lastTime(path: string): Promise<bigint | undefined> {
  try {
    for await (const { time } of readLog(path, { tail: 1 })) return time;
  } catch {
    // There is no log yet.
  }
  return undefined;
}
