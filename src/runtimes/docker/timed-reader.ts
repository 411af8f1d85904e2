import { parseTimestamp } from '../../logs/timestamp.ts';
import type { FollowOutput } from '../containers/container-engine.ts';
import { FrameReader } from './frames.ts';

/**
 * Reads a log with timestamps: each entry is a time, a space and a line, or a piece of a long one. Gives what is later than `after`.
 * Without a terminal an entry is a frame, with one it is a line.
 */
export class TimedReader {
  readonly #output: FollowOutput['output'];
  readonly #after: bigint | undefined;
  readonly #frames: FrameReader | undefined;
  #line: Buffer = Buffer.alloc(0);

  constructor(tty: boolean, after: bigint | undefined, output: FollowOutput['output']) {
    this.#after = after;
    this.#output = output;
    this.#frames = tty ? undefined : new FrameReader((stream, payload) => this.#entry(stream, payload), { whole: true });
  }

  push(chunk: Buffer): void {
    if (this.#frames !== undefined) {
      this.#frames.push(chunk);
      return;
    }
    let bytes = this.#line.length === 0 ? chunk : Buffer.concat([this.#line, chunk]);
    for (let newline = bytes.indexOf(10); newline !== -1; newline = bytes.indexOf(10)) {
      this.#entry('stdout', bytes.subarray(0, newline + 1));
      bytes = bytes.subarray(newline + 1);
    }
    this.#line = bytes;
  }

  /** What stands behind the last newline. */
  end(): void {
    if (this.#line.length > 0) this.#entry('stdout', this.#line);
    this.#line = Buffer.alloc(0);
  }

  #entry(stream: 'stdout' | 'stderr', payload: Uint8Array): void {
    const space = payload.indexOf(32);
    const time = space === -1 ? undefined : parseTimestamp(Buffer.from(payload.subarray(0, space)).toString('latin1'));
    if (time === undefined) this.#output(stream, payload, undefined);
    else if (this.#after === undefined || time > this.#after) this.#output(stream, payload.subarray(space + 1), time);
  }
}
