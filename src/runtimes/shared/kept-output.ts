/** As much of a command's output as the kubelet reads of a probe's. */
const maxOutputBytes = 10 * 1024;

/** The beginning of a command's output. */
export class KeptOutput {
  readonly #chunks: Buffer[] = [];
  #length = 0;

  add(chunk: Uint8Array): void {
    const part = chunk.subarray(0, maxOutputBytes - this.#length);
    if (part.length === 0) return;
    this.#chunks.push(Buffer.from(part));
    this.#length += part.length;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
