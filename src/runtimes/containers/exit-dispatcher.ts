import type { ContainerEngine, EngineContainer } from './container-engine.ts';
import { labelNames, selector } from './labels.ts';

/** Who wants to know of the end of one container or sandbox. Called again when the end is told again. */
export interface ExitWatcher {
  /** It has ended; `status` where that is known already. */
  exited(status: EngineContainer | undefined): void;
  /** The engine was away and no longer has it. */
  gone(): void;
}

/** Hands the ends that an engine tells to those who wait for them, and finds out those that it could not tell. */
export class ExitDispatcher {
  readonly #engine: ContainerEngine;
  readonly #instance: string;
  readonly #warn: (line: string) => void;
  readonly #containers = new Map<string, ExitWatcher>();
  readonly #sandboxes = new Map<string, ExitWatcher>();
  #isAway = false;

  constructor(engine: ContainerEngine, instance: string, warn: (line: string) => void) {
    this.#engine = engine;
    this.#instance = instance;
    this.#warn = warn;
    engine.watch({
      exited: (id, status) => (this.#containers.get(id) ?? this.#sandboxes.get(id))?.exited(status),
      reconnected: () => void this.catchUp(),
      disconnected: (reason) => this.#disconnected(reason),
    });
  }

  watchContainer(id: string, watcher: ExitWatcher): void {
    this.#containers.set(id, watcher);
  }

  watchSandbox(id: string, watcher: ExitWatcher): void {
    this.#sandboxes.set(id, watcher);
  }

  forget(id: string): void {
    this.#containers.delete(id);
    this.#sandboxes.delete(id);
  }

  /** Looks at everything that is waited for, as after a lost connection. */
  async catchUp(uid?: string): Promise<void> {
    const waited = [...this.#containers];
    const waitedSandboxes = [...this.#sandboxes];
    if (waited.length + waitedSandboxes.length === 0) return;
    try {
      const labels = selector(this.#instance, uid);
      const [containers, sandboxes] = await Promise.all([this.#engine.listContainers(labels), this.#engine.listSandboxes(labels)]);
      if (this.#isAway) this.#warn(`${this.#engine.description} answers again`);
      this.#isAway = false;
      const isElsewhere = (labelsOf: Readonly<Record<string, string>> | undefined): boolean =>
        uid !== undefined && labelsOf?.[labelNames.podUID] !== uid;
      const found = new Map(containers.map((container) => [container.id, container]));
      for (const [id, watcher] of waited) {
        const status = found.get(id);
        if (isElsewhere(status?.labels)) continue;
        if (status === undefined) watcher.gone();
        else if (status.state === 'exited') watcher.exited(status);
      }
      const foundSandboxes = new Map(sandboxes.map((sandbox) => [sandbox.id, sandbox]));
      for (const [id, watcher] of waitedSandboxes) {
        const sandbox = foundSandboxes.get(id);
        if (isElsewhere(sandbox?.labels)) continue;
        if (sandbox === undefined) watcher.gone();
        else if (sandbox.state === 'notready') watcher.exited(undefined);
      }
    } catch (error) {
      // The connection went again; the engine tells when it is back.
      this.#disconnected((error as Error).message);
    }
  }

  #disconnected(reason: string): void {
    if (!this.#isAway) this.#warn(`${this.#engine.description} does not answer: ${reason}`);
    this.#isAway = true;
  }
}
