import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { rotatedLogs } from './rotation.ts';

/** One file of a log, open: whatever becomes of its name, it can be read. */
export class LogFile {
  readonly inode: number;
  readonly isCompressed: boolean;
  readonly #descriptor: number;
  #position = 0;
  #rest: Uint8Array = new Uint8Array();

  /** Throws when there is no such file. */
  constructor(path: string) {
    this.#descriptor = openSync(path, 'r');
    this.inode = fstatSync(this.#descriptor).ino;
    this.isCompressed = path.endsWith('.gz');
  }

  /** All of its bytes from the beginning, uncompressed. */
  async *chunks(): AsyncGenerator<Uint8Array> {
    if (!this.isCompressed) {
      yield* this.#bytes();
      return;
    }
    const unzipped = createGunzip();
    // Its reader hears of errors.
    pipeline(Readable.from(this.#bytes()), unzipped, () => undefined);
    yield* unzipped as AsyncIterable<Uint8Array>;
  }

  /** Lines that were completed since the last call, without their newlines. Only for one that is not compressed. */
  *newLines(): Generator<Uint8Array> {
    for (;;) {
      const count = readSync(this.#descriptor, shared, 0, chunkBytes, this.#position);
      if (count === 0) return;
      this.#position += count;
      const text = Buffer.concat([this.#rest, shared.subarray(0, count)]);
      this.#rest = text.subarray(text.lastIndexOf(10) + 1);
      for (let start = 0, end = text.indexOf(10); end !== -1; start = end + 1, end = text.indexOf(10, start))
        yield text.subarray(start, end);
    }
  }

  /** What it has now is not read. */
  skip(): void {
    this.#position = fstatSync(this.#descriptor).size;
  }

  /** How much of it was read or skipped. */
  get position(): number {
    return this.#position;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** At once, without waiting for a disk: nobody can close it in between. */
  *#bytes(): Generator<Uint8Array> {
    for (let position = 0; ;) {
      const buffer = Buffer.allocUnsafe(chunkBytes);
      const count = readSync(this.#descriptor, buffer, 0, chunkBytes, position);
      if (count === 0) return;
      position += count;
      yield buffer.subarray(0, count);
    }
  }
}

const chunkBytes = 64 * 1024;

/** What is read into it is copied at once. */
const shared = Buffer.alloc(chunkBytes);

/**
 * All files of a log, oldest first. The last one is being written: the file at `path`, or, while a rotation is under way, the one
 * that was there. Throws when there is no log.
 */
export function openLogFiles(path: string): LogFile[] {
  for (;;) {
    const names = rotatedLogs(path);
    const files = [...names, path].map(openIfThere).filter((file) => file !== undefined);
    // Otherwise it was rotated meanwhile, or something was compressed.
    if (rotatedLogs(path).join() === names.join()) return files.length > 0 ? files : [new LogFile(path)];
    closeAll(files);
  }
}

export function openIfThere(path: string): LogFile | undefined {
  try {
    return new LogFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function closeAll(files: readonly LogFile[]): void {
  for (const file of files) file.close();
}
