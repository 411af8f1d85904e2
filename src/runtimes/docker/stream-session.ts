import type { Duplex } from 'node:stream';
import type { ExecOptions, ExecSession } from '../../engine/runtime-service.ts';
import { FrameReader } from './frames.ts';

export interface SessionParts extends Pick<ExecOptions, 'output'> {
  readonly tty: boolean;
  readonly resize: (size: { readonly columns: number; readonly rows: number }) => Promise<void>;
  /** Asked once the output has ended; left out, there is none. */
  readonly exitCode?: () => Promise<number>;
  /** What else is done when the session is left. */
  readonly leave?: () => void;
}

/** A hijacked connection as a session. */
export class StreamSession implements ExecSession {
  readonly exited: Promise<number | undefined>;
  readonly #connection: Duplex;
  readonly #parts: SessionParts;

  constructor(connection: Duplex, parts: SessionParts) {
    this.#connection = connection;
    this.#parts = parts;
    const { tty, exitCode } = parts;
    const frames = new FrameReader((stream, chunk) => parts.output(stream, chunk));
    connection.on('data', (chunk: Buffer) => (tty ? parts.output('stdout', chunk) : frames.push(chunk)));
    const ended = new Promise<void>((resolve, reject) => {
      connection.on('end', resolve);
      connection.on('close', resolve);
      connection.on('error', reject);
    });
    this.exited = ended.then(() => exitCode?.()).finally(() => connection.destroy());
  }

  write(chunk: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connection.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
  }

  endInput(): void {
    this.#connection.end();
  }

  resize(columns: number, rows: number): void {
    if (this.#parts.tty) this.#parts.resize({ columns, rows }).catch(() => undefined);
  }

  pause(): void {
    this.#connection.pause();
  }

  resume(): void {
    this.#connection.resume();
  }

  close(): void {
    this.#parts.leave?.();
    this.#connection.destroy();
  }
}
