import { watch } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseEntry, type LogEntry } from './entry.ts';
import { readLog, type ReadLogOptions } from './read-log.ts';

export interface FollowLogOptions extends ReadLogOptions {
  /** The container has ended: what it still wrote is read, then the entries end. */
  readonly ended: AbortSignal;
  /** Nobody reads any more. */
  readonly signal: AbortSignal;
}

/**
 * The entries of a log, then those that are written to it, over rotations, until its container has ended. Throws when there is no log
 * at `path`.
 */
export async function* followLog(path: string, { ended, signal, ...range }: FollowLogOptions): AsyncGenerator<LogEntry> {
  const change = new Change();
  const watcher = watch(dirname(path), { persistent: false }, (_, name) => {
    if (name === null || name === basename(path)) change.happened();
  }).on('error', () => undefined);
  const wake = (): void => change.happened();
  for (const reason of [ended, signal]) reason.addEventListener('abort', wake);
  let file = await FollowedFile.open(path);
  try {
    await file.skipToEnd();
    let last = 0n;
    for await (const entry of readLog(path, range)) {
      last = entry.time > last ? entry.time : last;
      yield entry;
    }
    // Written while that was read.
    for await (const entry of file.read()) if (entry.time > last) yield entry;
    for (;;) {
      const isLast = ended.aborted;
      // An engine may tell the end before the last lines are in the file.
      if (isLast) await delay(lateMs);
      yield* file.read();
      if (signal.aborted) return;
      if (await file.isRotated(path)) {
        yield* file.read();
        await file.close();
        file = await FollowedFile.open(path);
      } else if (isLast) return;
      else await change.next();
    }
  } finally {
    watcher.close();
    for (const reason of [ended, signal]) reason.removeEventListener('abort', wake);
    await file.close();
  }
}

const lateMs = 50;

/** Something that happens again and again; what happens while nobody waits is not missed. */
class Change {
  #isNew = false;
  #wake: () => void = () => undefined;

  happened(): void {
    this.#isNew = true;
    this.#wake();
  }

  async next(): Promise<void> {
    if (!this.#isNew) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#isNew = false;
  }
}

/** A log file that grows, also after it got another name. */
class FollowedFile {
  readonly #handle: FileHandle;
  #position = 0;
  #rest: Buffer = Buffer.alloc(0);

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  static async open(path: string): Promise<FollowedFile> {
    return new FollowedFile(await open(path));
  }

  /** To the beginning of the last line that is not whole yet. */
  async skipToEnd(): Promise<void> {
    const { size } = await this.#handle.stat();
    for (let end = size; end > 0; end -= chunkBytes) {
      const start = Math.max(0, end - chunkBytes);
      const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(end - start), 0, end - start, start);
      const newline = buffer.subarray(0, bytesRead).lastIndexOf(10);
      if (newline === -1) continue;
      this.#position = start + newline + 1;
      return;
    }
  }

  /** The entries of the lines that were completed since. */
  async *read(): AsyncGenerator<LogEntry> {
    for (;;) {
      const { bytesRead, buffer } = await this.#handle.read(Buffer.alloc(chunkBytes), 0, chunkBytes, this.#position);
      if (bytesRead === 0) return;
      this.#position += bytesRead;
      yield* this.#take(Buffer.concat([this.#rest, buffer.subarray(0, bytesRead)]));
    }
  }

  async isRotated(path: string): Promise<boolean> {
    const [own, current] = await Promise.all([this.#handle.stat(), stat(path).catch(() => undefined)]);
    return current !== undefined && current.ino !== own.ino;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  *#take(text: Buffer): Generator<LogEntry> {
    let start = 0;
    for (let end = text.indexOf(10); end !== -1; end = text.indexOf(10, start)) {
      const entry = parseEntry(text.subarray(start, end));
      if (entry !== undefined) yield entry;
      start = end + 1;
    }
    this.#rest = text.subarray(start);
  }
}

const chunkBytes = 64 * 1024;
