/** Cuts bytes into whole lines and puts a text before each. */
export class LinePrefixer {
  readonly #prefix: Buffer;
  #rest: Buffer = Buffer.alloc(0);

  constructor(prefix: string) {
    this.#prefix = Buffer.from(prefix);
  }

  /** The lines that are whole by now. */
  take(chunk: Buffer): Buffer {
    const text = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const parts: Buffer[] = [];
    let start = 0;
    for (let end = text.indexOf(10); end !== -1; end = text.indexOf(10, start)) {
      parts.push(this.#prefix, text.subarray(start, end + 1));
      start = end + 1;
    }
    this.#rest = text.subarray(start);
    return Buffer.concat(parts);
  }

  /** What is left without the end of its line. */
  end(): Buffer {
    return this.#rest.length === 0 ? this.#rest : Buffer.concat([this.#prefix, this.#rest]);
  }
}
