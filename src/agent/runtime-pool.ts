import type { RuntimeService } from '../engine/runtime-service.ts';

export interface NamedRuntime {
  /** What chooses it again; records name it. */
  readonly name: string;
  readonly runtime: RuntimeService;
}

/**
 * Makes a runtime. `choice` undefined: the default. `standIns`: files that say what images are on this machine. Rejects with one line for
 * the person when there is none to be had.
 */
export type RuntimeFactory = (choice: string | undefined, standIns: readonly string[]) => Promise<NamedRuntime>;

/** The runtimes of one supervisor, each made when a Pod first needs it. */
export class RuntimePool {
  readonly #make: RuntimeFactory;
  readonly #made = new Map<string, Promise<NamedRuntime>>();
  readonly #runtimes = new Map<string, NamedRuntime>();

  constructor(make: RuntimeFactory) {
    this.#make = make;
  }

  /** Rejects when it cannot be had now; asked again, it is tried again. */
  get(choice: string | undefined, standIns: readonly string[] = []): Promise<NamedRuntime> {
    const key = JSON.stringify([choice, standIns]);
    let made = this.#made.get(key);
    if (made === undefined) {
      made = this.#create(choice, standIns);
      this.#made.set(key, made);
      made.catch(() => this.#made.delete(key));
    }
    return made;
  }

  /** Those that are there. */
  all(): NamedRuntime[] {
    return [...this.#runtimes.values()];
  }

  async #create(choice: string | undefined, standIns: readonly string[]): Promise<NamedRuntime> {
    const named = await this.#make(choice, standIns);
    const key = JSON.stringify([named.name, standIns]);
    const before = this.#runtimes.get(key);
    if (before === undefined) {
      this.#runtimes.set(key, named);
      this.#made.set(key, Promise.resolve(named));
      return named;
    }
    // Chosen once by its name and once by itself.
    if (before.runtime !== named.runtime) await named.runtime.release();
    return before;
  }
}
