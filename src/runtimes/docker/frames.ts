export type FrameHandler = (stream: 'stdout' | 'stderr', payload: Uint8Array) => void;

/**
 * Takes apart what the API sends for a container without a terminal: frames of 8 bytes header (stream, three zeros, length in big
 * endian) and payload, however they come in chunks. Payloads are given in parts when `whole` is false, which keeps nothing in memory.
 */
export class FrameReader {
  readonly #whole: boolean;
  readonly #handle: FrameHandler;
  #rest: Buffer = Buffer.alloc(0);
  /** Bytes of the current payload that are still to come, and whose. */
  #left = 0;
  #stream: 'stdout' | 'stderr' = 'stdout';

  constructor(handle: FrameHandler, { whole = false } = {}) {
    this.#handle = handle;
    this.#whole = whole;
  }

  push(chunk: Buffer): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      if (this.#left === 0) {
        if (bytes.length < headerBytes) break;
        this.#stream = bytes[0] === 2 ? 'stderr' : 'stdout';
        this.#left = bytes.readUInt32BE(4);
        bytes = bytes.subarray(headerBytes);
        continue;
      }
      if (bytes.length === 0 || (this.#whole && bytes.length < this.#left)) break;
      const payload = bytes.subarray(0, this.#left);
      this.#left -= payload.length;
      bytes = bytes.subarray(payload.length);
      this.#handle(this.#stream, payload);
    }
    this.#rest = bytes;
  }
}

const headerBytes = 8;
