import type { WatchLine } from './api-types.ts';

/** Tells every watcher of every change, in order. Who cannot keep up holds what it leaves itself. */
export class WatchBroadcast {
  readonly #watchers = new Set<(line: WatchLine) => void>();

  /** Listens until the returned function is called. */
  subscribe(watcher: (line: WatchLine) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  send(line: WatchLine): void {
    for (const watcher of this.#watchers) watcher(line);
  }
}
