import { closeSync, fstatSync, mkdirSync, openSync, readSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { LogLine } from '../../engine/runtime-service.ts';
import { parseEntry } from '../../logs/entry.ts';
import type { ContainerEngine } from './container-engine.ts';
import type { ContainerOutput } from './container-output.ts';
import { orLate } from './late-output.ts';

export interface FollowOptions {
  readonly engine: Pick<ContainerEngine, 'outputComplete'>;
  readonly id: string;
  readonly path: string;
  /** Only what is written from now on is shown. */
  readonly isTakenOver: boolean;
  readonly show: (line: Omit<LogLine, 'container'>) => void;
}

/** Shows the lines of a log file that the engine writes, as it writes them. */
export class LogFollower implements ContainerOutput {
  readonly #options: FollowOptions;
  #watcher: FSWatcher | undefined;
  #descriptor: number | undefined;
  #position = 0;
  #rest: Buffer = Buffer.alloc(0);
  #completed: Promise<void> | undefined;
  readonly #isCut = { stdout: false, stderr: false };

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  begin(): Promise<void> {
    const { path, isTakenOver } = this.#options;
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    // The folder: the file may not be there yet.
    this.#watcher = watch(dirname(path), { persistent: false }, (_, name) => {
      if (name === null || name === basename(path)) this.#read();
    });
    this.#watcher.on('error', () => undefined);
    if (isTakenOver && this.#open() !== undefined) this.#position = fstatSync(this.#descriptor ?? -1).size;
    return Promise.resolve();
  }

  async end(isWhole: boolean): Promise<void> {
    this.#completed ??= this.#drain();
    await (isWhole ? this.#completed : orLate(this.#completed, lateMs));
    this.#read();
  }

  complete(): Promise<void> {
    return this.#completed ?? Promise.resolve();
  }

  async #drain(): Promise<void> {
    const { engine, id } = this.#options;
    await engine.outputComplete?.(id).catch(() => undefined);
    this.#read();
    this.leave();
  }

  leave(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(): number | undefined {
    try {
      this.#descriptor ??= openSync(this.#options.path, 'r');
    } catch {
      // Not yet.
    }
    return this.#descriptor;
  }

  #read(): void {
    const descriptor = this.#watcher === undefined ? undefined : this.#open();
    if (descriptor === undefined) return;
    for (;;) {
      const length = readSync(descriptor, buffer, 0, buffer.length, this.#position);
      if (length === 0) return;
      this.#position += length;
      this.#take(Buffer.concat([this.#rest, buffer.subarray(0, length)]));
    }
  }

  #take(text: Buffer): void {
    let start = 0;
    for (let end = text.indexOf(10); end !== -1; end = text.indexOf(10, start)) {
      this.#show(text.subarray(start, end));
      start = end + 1;
    }
    this.#rest = text.subarray(start);
  }

  #show(line: Buffer): void {
    const entry = parseEntry(line);
    if (entry === undefined) return;
    const { stream, time, bytes, partial } = entry;
    // What ends a line that was shown in pieces is no line of its own.
    const isMereEnd = this.#isCut[stream] && bytes.length === 0;
    this.#isCut[stream] = partial;
    if (isMereEnd) return;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
    this.#options.show({ stream, time: Number(time / 1_000_000n), text });
  }
}

/** The last lines are in the file one or two milliseconds after the exit. */
const lateMs = 2;

/** Shared: every read is taken apart before the next one. */
const buffer = Buffer.alloc(64 * 1024);
