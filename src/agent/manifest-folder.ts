import { createHash } from 'node:crypto';
import { readdirSync, statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { loadManifests } from '../manifest/load.ts';
import type { LoadedManifests, ManifestSource } from '../manifest/load.ts';
import type { Workload } from '../manifest/workload.ts';
import type { WireObjects } from './api-types.ts';
import { toWireObjects } from './api-types.ts';
import type { StaticWorkloads } from './static-pods.ts';

export interface ManifestFolderOptions {
  readonly directory: string;
  /** Reads files; a problem is one line that names its file. */
  readonly read: (
    files: readonly string[],
  ) => Promise<{ readonly sources: readonly ManifestSource[]; readonly problems: readonly string[] }>;
  /** What is wrong with manifests, a line each with file, line and column. */
  readonly errorLines: (manifests: LoadedManifests) => readonly string[];
  /** Lies among the manifests, and says what images are on this machine. */
  readonly standInsName: string;
  readonly changed: (wanted: StaticWorkloads) => void;
  /** One line for the person. */
  readonly notice: (line: string) => void;
}

interface ReadFile {
  readonly text: string;
  readonly workloads: readonly Workload[];
  readonly objects: WireObjects;
}

/**
 * A folder of manifests that is watched: its *.yaml, *.yml and *.json files, but for hidden ones, in the order of their names. A file
 * that cannot be read or is invalid is named once, and what it wanted before is wanted still.
 */
export class ManifestFolder {
  readonly #options: ManifestFolderOptions;
  readonly #files = new Map<string, ReadFile>();
  readonly #told = new Map<string, string>();
  #watcher: FSWatcher | undefined;
  #watched: number | undefined;
  #settled: NodeJS.Timeout | undefined;
  #safety: NodeJS.Timeout | undefined;
  #reading: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(options: ManifestFolderOptions) {
    this.#options = options;
  }

  /** Resolves when the folder was read for the first time. */
  async start(): Promise<void> {
    await this.#read();
  }

  close(): void {
    this.#isClosed = true;
    this.#watcher?.close();
    clearTimeout(this.#settled);
    clearTimeout(this.#safety);
  }

  /** Many changes at once are read once, when they are over. */
  #changed(): void {
    clearTimeout(this.#settled);
    if (!this.#isClosed) this.#settled = setTimeout(() => void this.#read(), settleMs);
  }

  #read(): Promise<void> {
    this.#reading = this.#reading.then(async () => {
      this.#watch();
      await this.#readFiles();
      clearTimeout(this.#safety);
      if (!this.#isClosed) this.#safety = setTimeout(() => void this.#read(), safetyMs);
    });
    return this.#reading;
  }

  /** A folder that was replaced is watched anew. */
  #watch(): void {
    const { directory } = this.#options;
    const inode = statSync(directory, { throwIfNoEntry: false })?.ino;
    if (inode === this.#watched) return;
    this.#watcher?.close();
    this.#watched = inode;
    if (inode === undefined) return;
    this.#watcher = watch(directory, () => this.#changed()).on('error', () => this.#changed());
  }

  async #readFiles(): Promise<void> {
    const { directory, standInsName, read, changed } = this.#options;
    const names = this.#list();
    if (names === undefined) return;
    const paths = names.filter((name) => name !== standInsName).map((name) => join(directory, name));
    const { sources, problems } = await read(paths);
    const texts = new Map(sources.map(({ file, text }) => [file, text]));
    for (const path of this.#files.keys()) if (!paths.includes(path)) this.#files.delete(path);
    for (const path of this.#told.keys()) if (path !== directory && !paths.includes(path)) this.#told.delete(path);
    for (const path of paths) {
      const text = texts.get(path);
      if (text === undefined)
        this.#tell(
          path,
          problems.filter((problem) => problem.startsWith(`${path}:`)),
        );
      else if (this.#files.get(path)?.text !== text) this.#load({ file: path, text });
    }
    const standIns = names.includes(standInsName) ? [join(directory, standInsName)] : [];
    changed({ ...joined(paths.flatMap((path) => this.#files.get(path) ?? [])), standIns });
  }

  /** Undefined when the folder cannot be read: nothing changes then. */
  #list(): string[] | undefined {
    const { directory } = this.#options;
    try {
      const names = readdirSync(directory).filter((name) => /^[^.].*\.(?:yaml|yml|json)$/.test(name));
      this.#told.delete(directory);
      return names.sort();
    } catch (error) {
      this.#tell(directory, [
        `the folder of manifests ${directory} cannot be read: ${(error as Error).message}; its Pods stay as they are`,
      ]);
      return undefined;
    }
  }

  #load(source: ManifestSource): void {
    const manifests = loadManifests([source], uidsOf(source));
    const errors = this.#options.errorLines(manifests);
    this.#tell(source.file, errors);
    if (errors.length > 0) return;
    const { workloads, references } = manifests;
    this.#files.set(source.file, { text: source.text, workloads, objects: toWireObjects(references) });
  }

  #tell(path: string, lines: readonly string[]): void {
    const text = lines.join('\n');
    if (text !== '' && this.#told.get(path) !== text) for (const line of lines) this.#options.notice(line);
    this.#told.set(path, text);
  }
}

/** After the last change: what writes a file is done with it then. */
const settleMs = 100;

/** As often as a kubelet looks, for file systems that do not tell of changes. */
const safetyMs = 20_000;

function joined(files: readonly ReadFile[]): Omit<StaticWorkloads, 'standIns'> {
  const list = <K extends keyof WireObjects>(kind: K): WireObjects[K][number][] => files.flatMap(({ objects }) => objects[kind]);
  return {
    workloads: files.flatMap(({ workloads }) => workloads),
    objects: {
      configMaps: list('configMaps'),
      secrets: list('secrets'),
      services: list('services'),
      persistentVolumeClaims: list('persistentVolumeClaims'),
    },
  };
}

/** Made of the file and its content, as a kubelet makes those of static Pods. */
function uidsOf({ file, text }: ManifestSource): () => string {
  let count = 0;
  return () => {
    const digits = createHash('sha256')
      .update(`${file}\0${text}\0${(count += 1)}`)
      .digest('hex');
    return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
  };
}
