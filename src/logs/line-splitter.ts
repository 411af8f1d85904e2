/** Longest piece of a line in one log entry, in bytes: containerd's and CRI-O's default. */
export const maxEntryBytes = 16 * 1024;

/** `full` is false for a piece whose line goes on in the next one. The bytes must not be changed or kept. */
export type EntryHandler = (bytes: Uint8Array, full: boolean) => void;

/**
 * Cuts one output stream into log entries, however it comes in chunks: a line without its newline, or pieces of
 * `maxEntryBytes` of a longer one. What stands behind the last newline is an unfinished piece when the stream ends.
 */
export class LineSplitter {
  // Allocated only while a line is incomplete: most containers write whole lines.
  #rest: Uint8Array | undefined;
  #length = 0;

  push(chunk: Uint8Array, emit: EntryHandler): void {
    let start = 0;
    for (let newline = chunk.indexOf(10); newline !== -1; newline = chunk.indexOf(10, start)) {
      this.#add(chunk.subarray(start, newline), emit, true);
      start = newline + 1;
    }
    if (start < chunk.length) this.#add(chunk.subarray(start), emit, false);
  }

  end(emit: EntryHandler): void {
    if (this.#length > 0) this.#emitRest(emit, false);
  }

  #add(bytes: Uint8Array, emit: EntryHandler, full: boolean): void {
    let left = bytes;
    while (this.#length + left.length > maxEntryBytes) {
      const room = maxEntryBytes - this.#length;
      this.#keep(left.subarray(0, room));
      this.#emitRest(emit, false);
      left = left.subarray(room);
    }
    if (!full) this.#keep(left);
    else if (this.#length === 0) emit(left, true);
    else {
      this.#keep(left);
      this.#emitRest(emit, true);
    }
  }

  #keep(bytes: Uint8Array): void {
    this.#rest ??= new Uint8Array(maxEntryBytes);
    this.#rest.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #emitRest(emit: EntryHandler, full: boolean): void {
    const rest = this.#rest ?? new Uint8Array();
    emit(rest.subarray(0, this.#length), full);
    this.#rest = undefined;
    this.#length = 0;
  }
}
