import { statSync, watch, type FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import { closeAll, openIfThere, type LogFile } from './log-file.ts';

/**
 * Reads a log while it is written, over rotations. A new file is opened as soon as it is there, so that none is missed however slowly
 * the lines are taken.
 */
export class LogTail {
  readonly #path: string;
  readonly #watcher: FSWatcher;
  /** In order of their lines. An engine may still write some into the last but one after it was told to go on in another. */
  readonly #files: LogFile[];

  /** `file`: the one to begin with, if it is open already. `changed` is called when there may be more lines. The folder exists. */
  constructor(path: string, changed: () => void, file?: LogFile) {
    this.#path = path;
    this.#files = file === undefined ? [] : [file];
    // The folder: the file may not be there yet.
    this.#watcher = watch(dirname(path), { persistent: false }, (_, name) => {
      if (name !== null && !name.startsWith(basename(path))) return;
      this.#open();
      changed();
    }).on('error', () => undefined);
    this.#open();
  }

  /** Lines that were completed since the last call. */
  *newLines(): Generator<Uint8Array> {
    this.#open();
    // There may be more files by the time that these are read.
    for (let index = 0; index < this.#files.length; index++) yield* this.#files[index]?.newLines() ?? [];
    closeAll(this.#files.splice(0, this.#files.length - 2));
  }

  /** What is there now is not read. */
  skip(): void {
    for (const file of this.#files) file.skip();
  }

  /** How many bytes of the current file were read. */
  get position(): number {
    return this.#files.at(-1)?.position ?? 0;
  }

  close(): void {
    this.#watcher.close();
    closeAll(this.#files.splice(0));
  }

  #open(): void {
    const inode = statSync(this.#path, { throwIfNoEntry: false })?.ino;
    if (inode === undefined || inode === this.#files.at(-1)?.inode) return;
    const file = openIfThere(this.#path);
    if (file !== undefined) this.#files.push(file);
  }
}
