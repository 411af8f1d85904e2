import { setTimeout as delay } from 'node:timers/promises';
import type { LogEntry } from './entry.ts';
import { closeAll, openLogFiles } from './log-file.ts';
import { LogTail } from './log-tail.ts';
import { entriesOf, rangeIn, type ReadLogOptions } from './read-log.ts';
import { splitLines } from './split-lines.ts';

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
export async function* followLog(path: string, { ended, signal, ...options }: FollowLogOptions): AsyncGenerator<LogEntry> {
  const change = new Change();
  const wake = (): void => change.happened();
  const files = openLogFiles(path);
  const current = new LogTail(path, wake, files.at(-1));
  for (const reason of [ended, signal]) reason.addEventListener('abort', wake);
  try {
    const range = await rangeIn(files, options);
    for (const file of files.slice(range.first, -1)) {
      for await (const line of splitLines(file.chunks())) yield* entriesOf(line, range);
    }
    for (;;) {
      const isLast = ended.aborted;
      // An engine may tell the end before the last lines are in the file.
      if (isLast) await delay(lateMs);
      for (const line of current.newLines()) yield* entriesOf(line, range);
      if (signal.aborted || isLast) return;
      await change.next();
    }
  } finally {
    for (const reason of [ended, signal]) reason.removeEventListener('abort', wake);
    current.close();
    closeAll(files.slice(0, -1));
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
