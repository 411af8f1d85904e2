import type { RunListener } from '../../engine/run-listener.ts';
import type { Pod } from '../../pod/types.ts';

/** Shows a run while it goes on. Calls come in the order `start`, anything of `RunListener` and `notice`, `finish`. */
export interface RunView extends RunListener {
  /** Before anything runs; what it prints first says what runs and on which runtime. */
  start(header: RunHeader): void;
  /** One line for the person: a warning, or what an interrupt does. Never part of a JSON stream. */
  notice(message: string): void;
  /** Prints the summary, gives the terminal back, and resolves when everything was handed to the operating system. */
  finish(): Promise<void>;
}

export interface RunHeader {
  readonly pods: readonly Pod[];
  /** A `RuntimeService` fits. */
  readonly runtime: { readonly name: string; readonly description: string };
}

/** Where a view writes; `process.stdout` fits, and so does an array-backed double. */
export interface Output {
  write(text: string, written?: () => void): boolean;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}
