import { readFileSync, statSync, watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';

/**
 * Podman's containers each have a monitor, conmon, which writes the exit code into a file as soon as the container has ended and all
 * of its output is in the log: some 50 ms before Podman itself takes notice, and up to 300 ms before its events tell. All monitors of
 * one Podman write into the same folder.
 */
export class ExitFiles {
  readonly #ended: (id: string, exitCode: number, finishedAt: number) => void;
  #watcher: FSWatcher | undefined;

  constructor(ended: (id: string, exitCode: number, finishedAt: number) => void) {
    this.#ended = ended;
  }

  get isWatching(): boolean {
    return this.#watcher !== undefined;
  }

  /** From now on, where that can be found out from a monitor that runs. */
  watch(monitorPid: number): void {
    const folder = this.isWatching ? undefined : exitFolder(monitorPid);
    if (folder === undefined) return;
    try {
      this.#watcher = watch(folder, (_event, name) => this.#look(folder, name ?? ''));
      this.#watcher.on('error', () => this.close());
    } catch {
      // It may not be read: then the events tell.
    }
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  #look(folder: string, name: string): void {
    if (!/^[0-9a-f]{64}$/.test(name)) return;
    try {
      const file = join(folder, name);
      const code = /^\d+/.exec(readFileSync(file, 'utf8'))?.[0];
      if (code !== undefined) this.#ended(name, Number(code), Math.floor(statSync(file).mtimeMs));
    } catch {
      // Removed: Podman has taken notice.
    }
  }
}

function exitFolder(monitorPid: number): string | undefined {
  try {
    const words = readFileSync(`/proc/${monitorPid}/cmdline`, 'utf8').split('\0');
    return words[words.indexOf('--exit-dir') + 1 || words.length];
  } catch {
    return undefined;
  }
}
