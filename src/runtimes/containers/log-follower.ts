import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { LogLine } from '../../engine/runtime-service.ts';
import { parseEntry } from '../../logs/entry.ts';
import type { LogWriter } from '../../logs/log-writer.ts';
import { LogTail } from '../../logs/log-tail.ts';
import type { ContainerEngine } from './container-engine.ts';
import type { ContainerOutput } from './container-output.ts';
import { endBegunRotation, rotateEngineLog } from './engine-log.ts';
import { orLate } from './late-output.ts';

export interface FollowOptions {
  readonly engine: Pick<ContainerEngine, 'outputComplete' | 'reopenContainerLog'>;
  readonly logs: Pick<LogWriter, 'rotation'>;
  readonly id: string;
  readonly path: string;
  /** Only what is written from now on is shown. */
  readonly isTakenOver: boolean;
  readonly show: (line: Omit<LogLine, 'container'>) => void;
}

/** Shows the lines of a log that the engine writes, as it writes them, and has it rotated. */
export class LogFollower implements ContainerOutput {
  readonly #options: FollowOptions;
  #tail: LogTail | undefined;
  #rotation: Promise<void> | undefined;
  /** How large the file may be now. */
  #maxBytes: number;
  #completed: Promise<void> | undefined;
  readonly #isCut = { stdout: false, stderr: false };

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#maxBytes = options.logs.rotation.maxBytes;
  }

  async begin(): Promise<void> {
    const { path, isTakenOver } = this.#options;
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    if (isTakenOver) await endBegunRotation(this.#options);
    this.#tail = new LogTail(path, () => this.#read());
    if (isTakenOver) this.#tail.skip();
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
    await this.#rotation;
    this.#read();
    this.leave();
  }

  leave(): void {
    this.#tail?.close();
    this.#tail = undefined;
  }

  #read(): void {
    if (this.#tail === undefined) return;
    for (const line of this.#tail.newLines()) this.#show(line);
    if (this.#tail.position >= this.#maxBytes && this.#completed === undefined) this.#rotation ??= this.#rotate();
  }

  async #rotate(): Promise<void> {
    const { rotation } = this.#options.logs;
    const isRotated = await rotateEngineLog(this.#options, rotation);
    // Where it fails, the next attempt comes after as much again.
    this.#maxBytes = rotation.maxBytes + (isRotated ? 0 : (this.#tail?.position ?? 0));
    this.#rotation = undefined;
  }

  #show(line: Uint8Array): void {
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
