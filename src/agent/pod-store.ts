import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseRecord, podKey } from './pod-record.ts';
import type { PodRecord } from './pod-record.ts';

export interface PodStoreOptions {
  readonly stateDirectory: string;
  /** Takes one line that the person should see. */
  readonly warn: (line: string) => void;
}

/**
 * The Pods' records on disk, a file each: whole or not there, whatever happens while one is written. Many changes within a short time
 * are one write.
 */
export class PodStore {
  readonly #directory: string;
  readonly #warn: (line: string) => void;
  readonly #files = new Map<string, RecordFile>();

  constructor({ stateDirectory, warn }: PodStoreOptions) {
    this.#directory = join(stateDirectory, 'records');
    this.#warn = warn;
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
  }

  /** All records there are, also those of other supervisors. A file that is none is set aside. */
  readAll(): PodRecord[] {
    const names = readdirSync(this.#directory).filter((name) => name.endsWith('.json'));
    return names.sort().flatMap((name) => this.#read(name) ?? []);
  }

  read(key: string): PodRecord | undefined {
    return this.#read(fileName(key));
  }

  /** The record as it is to be; on disk soon. */
  put(record: PodRecord): void {
    void this.#file(podKey(record.pod)).put(record, writeDelayMs);
  }

  /** Resolves once it is on disk. Rejects where it cannot be written. */
  write(record: PodRecord): Promise<void> {
    return this.#file(podKey(record.pod)).put(record, 0);
  }

  async remove(key: string): Promise<void> {
    await this.#file(key).remove();
    this.#files.delete(key);
  }

  /** Resolves when all that was put is on disk. */
  async flush(): Promise<void> {
    await Promise.all([...this.#files.values()].map((file) => file.flush()));
  }

  #file(key: string): RecordFile {
    let file = this.#files.get(key);
    if (file === undefined) {
      file = new RecordFile(this.#directory, fileName(key), this.#warn);
      this.#files.set(key, file);
    }
    return file;
  }

  #read(name: string): PodRecord | undefined {
    const path = join(this.#directory, name);
    try {
      return parseRecord(readFileSync(path, 'utf8'));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      renameSync(path, `${path}.broken`);
      this.#warn(`${path}: is no record of a Pod (${message}); set aside as ${name}.broken, its Pod is not taken over`);
      return undefined;
    }
  }
}

/** How long a change may wait for others to be written with. */
const writeDelayMs = 50;

/** `NAMESPACE_NAME.json`; cut, with a hash, where the file system would not take it. */
function fileName(key: string): string {
  const name = key.replace('/', '_');
  if (name.length <= longestName) return `${name}.json`;
  return `${name.slice(0, longestName)}_${createHash('sha256').update(key).digest('hex').slice(0, 12)}.json`;
}

const longestName = 200;

/** One file: one write at a time, always of what is newest. */
class RecordFile {
  readonly #directory: string;
  readonly #path: string;
  readonly #warn: (line: string) => void;
  #newest: PodRecord | undefined;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();
  #exists = false;
  #isRemoved = false;

  constructor(directory: string, name: string, warn: (line: string) => void) {
    this.#directory = directory;
    this.#path = join(directory, name);
    this.#warn = warn;
  }

  put(record: PodRecord, delayMs: number): Promise<void> {
    this.#newest = record;
    if (delayMs === 0) return this.#next();
    this.#timer ??= setTimeout(() => void this.flush(), delayMs);
    return Promise.resolve();
  }

  async flush(): Promise<void> {
    await this.#next().catch((error: unknown) => this.#warn(`${this.#path}: cannot be written: ${(error as Error).message}`));
  }

  async remove(): Promise<void> {
    this.#isRemoved = true;
    clearTimeout(this.#timer);
    await this.#writing.catch(() => undefined);
    await rm(this.#path, { force: true });
  }

  #next(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const write = this.#writing.catch(() => undefined).then(() => this.#write());
    this.#writing = write;
    return write;
  }

  async #write(): Promise<void> {
    const record = this.#newest;
    if (record === undefined || this.#isRemoved) return;
    this.#newest = undefined;
    const temporary = `${this.#path}.tmp`;
    await writeDurably(temporary, JSON.stringify(record));
    await rename(temporary, this.#path);
    // The name of a new file is on disk with its folder.
    if (!this.#exists) await syncDirectory(this.#directory);
    this.#exists = true;
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
