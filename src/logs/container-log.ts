import { closeSync, fstatSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { entryHeader, type LogStream } from './entry.ts';
import { LineSplitter } from './line-splitter.ts';
import { compressRotated, rotate, type RotationPolicy } from './rotation.ts';
import type { Nanoseconds } from './timestamp.ts';

/** A line of output, or a piece of 16 KiB of a longer one, for showing it live. */
export interface OutputLine {
  readonly stream: LogStream;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly text: string;
}

/** What a log gets from the writer that it belongs to. */
export interface LogContext {
  readonly now: () => Nanoseconds;
  readonly rotation: RotationPolicy;
  /** Asks for `flush` in the next turn of the event loop. */
  readonly schedule: (log: ContainerLog) => void;
  readonly failed: (error: unknown) => void;
  readonly closed: (log: ContainerLog) => void;
  /** Work that goes on in the background; never rejects. */
  readonly background: (work: Promise<void>) => void;
}

/** The log of one instance of a container, fed with its output as it comes. Made by `LogWriter.open`. */
export class ContainerLog {
  readonly path: string;
  readonly #context: LogContext;
  readonly #onLine: ((line: OutputLine) => void) | undefined;
  readonly #splitters = { stdout: new LineSplitter(), stderr: new LineSplitter() };
  #descriptor: number | undefined;
  #size: number;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #lines: OutputLine[] = [];
  #lastTime: Nanoseconds = 0n;
  #compression: Promise<void> = Promise.resolve();

  constructor(path: string, context: LogContext, onLine?: (line: OutputLine) => void) {
    this.path = path;
    this.#context = context;
    this.#onLine = onLine;
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    this.#descriptor = openSync(path, 'a', 0o640);
    this.#size = fstatSync(this.#descriptor).size;
  }

  /**
   * Takes a chunk of output, written at `time` where somebody else has noted that. It reaches the file in this or the next turn of the
   * event loop; do not change it before.
   */
  write(stream: LogStream, chunk: Uint8Array, time?: Nanoseconds): void {
    if (this.#descriptor === undefined) return;
    if (this.#pending.length === 0) this.#context.schedule(this);
    this.#splitters[stream].push(chunk, (bytes, full) => this.#add(stream, bytes, full, time));
    if (this.#pendingBytes > maxPendingBytes) this.flush();
  }

  /** Writes what is pending now, then hands out its lines. */
  flush(): void {
    if (this.#pending.length === 0) return;
    const batch = Buffer.concat(this.#pending);
    const lines = this.#lines;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#lines = [];
    if (this.#size >= this.#context.rotation.maxBytes) this.#attempt(() => this.#rotate());
    this.#attempt(() => this.#append(batch));
    for (const line of lines) this.#onLine?.(line);
  }

  /** Ends both streams: what stands behind their last newline is written too. Nothing is taken after that. */
  close(): void {
    if (this.#descriptor === undefined) return;
    for (const stream of ['stdout', 'stderr'] as const) this.#splitters[stream].end((bytes, full) => this.#add(stream, bytes, full));
    this.flush();
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    this.#context.closed(this);
  }

  #add(stream: LogStream, bytes: Uint8Array, full: boolean, now: Nanoseconds = this.#context.now()): void {
    // Strictly increasing, so that a time is also a place in the log.
    this.#lastTime = now > this.#lastTime ? now : this.#lastTime + 1n;
    this.#pending.push(Buffer.from(entryHeader(this.#lastTime, stream, !full), 'latin1'), bytes, newline);
    this.#pendingBytes += bytes.length;
    if (this.#onLine !== undefined) {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
      this.#lines.push({ stream, time: Number(this.#lastTime / 1_000_000n), text });
    }
  }

  #append(batch: Buffer): void {
    for (let written = 0; written < batch.length;) {
      const count = writeSync(this.#descriptor ?? -1, batch, written);
      written += count;
      this.#size += count;
    }
  }

  #rotate(): void {
    const size = this.#size;
    // Where it fails, the next attempt comes after as much again.
    this.#size = 0;
    const time = new Date(Number(this.#context.now() / 1_000_000n));
    if (rotate(this.path, time, this.#context.rotation) === undefined) {
      this.#size = size;
      return;
    }
    const previous = this.#descriptor;
    this.#descriptor = openSync(this.path, 'a', 0o640);
    if (previous !== undefined) closeSync(previous);
    this.#compression = this.#compression.then(() => compressRotated(this.path)).catch(this.#context.failed);
    this.#context.background(this.#compression);
  }

  #attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#context.failed(new Error(`cannot keep the log ${this.path}: ${(error as Error).message}`, { cause: error }));
    }
  }
}

const newline = Buffer.from('\n');

/** A container that floods its output is written within the turn, which bounds what is held in memory. */
const maxPendingBytes = 1024 * 1024;
