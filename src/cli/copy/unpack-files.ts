import { createWriteStream } from 'node:fs';
import { link, lstat, mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, normalize, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract, type Extract } from 'tar-stream';
import { Failure } from '../failure.ts';

/** What takes a tar archive, and when all of it is written. */
export interface Unpacked {
  readonly archive: Extract;
  readonly done: Promise<void>;
}

/**
 * Writes what an archive holds of `source` (a path in a container) to `target`: a file under that name, or into it where it is a
 * folder; of a folder what is in it. Nothing is written outside of `target`, whatever the archive says, also not through links; links in
 * it are left out, as `kubectl cp` does it. `done` rejects for an archive that holds anything else.
 */
export function unpackFiles(source: string, target: string, warn: (line: string) => void): Unpacked {
  const archive = extract();
  // Listens from now on: entries that come before somebody listens are lost.
  const entries = archive[Symbol.asyncIterator]();
  return { archive, done: writeAll({ [Symbol.asyncIterator]: () => entries }, source, target, warn) };
}

async function writeAll(entries: AsyncIterable<Entry>, source: string, target: string, warn: (line: string) => void): Promise<void> {
  const prefix = archiveName(source);
  const isFolder = (await stat(target).catch(() => undefined))?.isDirectory() === true;
  const unpacking = new Unpacking(target, warn);
  for await (const entry of entries) {
    const name = archiveName(entry.header.name);
    if (name !== prefix && !(prefix === '' ? true : name.startsWith(`${prefix}/`))) throw new Failure('tar contents corrupted');
    const inside = name.slice(prefix.length).replace(/^\//, '');
    await unpacking.write(entry, inside === '' && entry.header.type !== 'directory' && isFolder ? basename(source) : inside, prefix);
    entry.resume();
  }
}

type Entry = Extract extends AsyncIterable<infer Source> ? Source : never;

class Unpacking {
  readonly #target: string;
  readonly #warn: (line: string) => void;
  /** Folders known to be folders, not links. */
  readonly #folders = new Set<string>();
  /** What hard links may lead to. */
  readonly #files = new Set<string>();

  constructor(target: string, warn: (line: string) => void) {
    this.#target = target;
    this.#warn = warn;
  }

  /** `name` within the target; empty: the target itself. */
  async write(entry: Entry, name: string, prefix: string): Promise<void> {
    const { type, mode, linkname } = entry.header;
    const path = join(this.#target, name);
    if (!isWithin(this.#target, path)) {
      this.#warn(`warning: file ${JSON.stringify(path)} is outside target destination, skipping`);
      return;
    }
    if (type === 'directory') {
      await this.#makeFolder(path);
      return;
    }
    if (name !== '') await this.#makeFolder(dirname(path));
    if (type === 'file' || type === 'contiguous-file') {
      await this.#replace(path, name);
      await pipeline(entry, createWriteStream(path, { mode: mode & 0o777 }));
      this.#files.add(path);
    } else if (type === 'link') {
      const original = join(this.#target, archiveName(linkname).slice(prefix.length));
      if (!this.#files.has(original)) {
        this.#warn(`warning: skipping link: ${JSON.stringify(path)}`);
        return;
      }
      await this.#replace(path, name);
      await link(original, path);
    } else if (type === 'symlink') {
      this.#warn(`warning: skipping symlink: ${JSON.stringify(path)} -> ${JSON.stringify(linkname)}`);
    } else this.#warn(`warning: skipping ${type}: ${JSON.stringify(path)}`);
  }

  /** A link that is there already must not lead the content elsewhere. The target itself is the user's own word. */
  async #replace(path: string, name: string): Promise<void> {
    const found = await lstat(path).catch(() => undefined);
    if (found !== undefined && name !== '' && !found.isDirectory()) await rm(path);
  }

  async #makeFolder(path: string): Promise<void> {
    if (this.#folders.has(path)) return;
    if (relative(this.#target, path) === '') await mkdir(path, { recursive: true });
    else {
      await this.#makeFolder(dirname(path));
      const found = await lstat(path).catch(() => undefined);
      if (found === undefined) await mkdir(path);
      else if (!found.isDirectory()) throw new Failure(`${path} is there already and is no folder`);
    }
    this.#folders.add(path);
  }
}

/** How a path is called in an archive: without slashes at its ends, and with nothing that leads upwards at its beginning. */
function archiveName(path: string): string {
  return normalize(path)
    .replace(/^(?:\.{0,2}\/)+|^\.{1,2}$/, '')
    .replace(/\/+$/, '');
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith('../');
}
