import type { EngineContainer } from '../containers/container-engine.ts';
import type { RuntimeEvent } from './events/event-source.ts';

/** What the engine's events told of one container beyond its status. */
interface Known {
  container: EngineContainer;
  oomKilled: boolean;
  /** Its process has ended; the CRI's status may say so later. `unknown`: only that it has. */
  exit: { readonly exitCode: number; readonly at: number } | 'unknown' | undefined;
  /** The call that starts it is under way: an exit is told after the start. */
  isStarting: boolean;
  /** Its exit was told. */
  isEnded: boolean;
  /** The engine has let go of it: the log file is complete. */
  isReleased: boolean;
  /** Called at every change. */
  readonly waiting: Set<() => void>;
}

/**
 * Joins what the events tell with what the CRI says: exits are told with a complete status as soon as the process has ended, which is
 * some tens of milliseconds before the CRI knows.
 */
export class KnownContainers {
  readonly #known = new Map<string, Known>();
  readonly #settled: (id: string, released: Promise<void>) => Promise<EngineContainer | undefined>;
  #exited: (id: string, status?: EngineContainer) => void = () => undefined;

  /** `settled`: the engine's own status once it shows the end; it may be asked again when `released` resolves. */
  constructor(settled: (id: string, released: Promise<void>) => Promise<EngineContainer | undefined>) {
    this.#settled = settled;
  }

  tellExits(exited: (id: string, status?: EngineContainer) => void): void {
    this.#exited = exited;
  }

  /** Of containers that were created, listed or asked for. Returns the status with what the events told. */
  remember(container: EngineContainer): EngineContainer {
    const known = this.#known.get(container.id);
    if (known === undefined) {
      this.#known.set(container.id, {
        container,
        oomKilled: container.oomKilled,
        exit: undefined,
        isStarting: false,
        isEnded: container.state === 'exited',
        isReleased: container.state === 'exited',
        waiting: new Set(),
      });
      return container;
    }
    known.container = withEvents(container, known);
    if (container.state === 'exited') this.#change(known, { isReleased: true });
    return known.container;
  }

  get(id: string): EngineContainer | undefined {
    return this.#known.get(id)?.container;
  }

  forget(id: string): void {
    const known = this.#known.get(id);
    this.#known.delete(id);
    if (known !== undefined) this.#change(known, { isEnded: true, isReleased: true });
  }

  observe(event: RuntimeEvent): void {
    if (event.type === 'subscribed') return;
    const known = this.#known.get(event.id);
    if (known === undefined) {
      // A sandbox, or another program's container.
      if (event.type === 'exited') this.#exited(event.id);
      return;
    }
    switch (event.type) {
      case 'started':
        known.container = { ...known.container, state: 'running', startedAt: event.at, pid: event.pid };
        return;
      case 'oom':
        known.oomKilled = true;
        return;
      case 'released':
        this.#change(known, { isReleased: true });
        return;
      case 'exited':
        known.exit = event.exit ?? 'unknown';
        if (!known.isStarting) void this.#tell(known);
        return;
    }
  }

  starting(id: string): void {
    const known = this.#known.get(id);
    if (known !== undefined) known.isStarting = true;
  }

  /** `hasStarted` false: what ended was the attempt, which is no exit. */
  startEnded(id: string, hasStarted: boolean): void {
    const known = this.#known.get(id);
    if (known === undefined) return;
    known.isStarting = false;
    if (!hasStarted) this.#change(known, { exit: undefined, isEnded: true });
    // After whoever started it has heard of that.
    else if (known.exit !== undefined) setImmediate(() => void this.#tell(known));
  }

  /** Resolves once the exit was told, or the container is gone. */
  ended(id: string): Promise<void> {
    return this.#until(id, ({ isEnded }) => isEnded);
  }

  /** Resolves once the engine has let go of the ended process, or the container is gone. */
  released(id: string): Promise<void> {
    return this.#until(id, ({ isReleased }) => isReleased);
  }

  async #tell(known: Known): Promise<void> {
    const status = await this.#wholeStatus(known);
    if (known.isEnded) return;
    known.container = status;
    this.#exited(status.id, status);
    // The engine's own status was complete, and nothing else may tell that it has let go.
    this.#change(known, { isEnded: true, ...(known.exit === 'unknown' && { isReleased: true }) });
  }

  async #wholeStatus(known: Known): Promise<EngineContainer> {
    const status = withEvents(known.container, known);
    // Whether it was the kernel that killed it for memory, the engine knows in the end.
    const isWhole = known.exit !== 'unknown' && (status.exitCode !== sigkilled || status.oomKilled);
    if (isWhole) return status;
    return (await this.#settled(status.id, this.released(status.id)).catch(() => undefined)) ?? status;
  }

  #until(id: string, isSo: (known: Known) => boolean): Promise<void> {
    const known = this.#known.get(id);
    if (known === undefined || isSo(known)) return Promise.resolve();
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isSo(known)) return;
        known.waiting.delete(look);
        resolve();
      };
      known.waiting.add(look);
    });
  }

  #change(known: Known, change: Partial<Omit<Known, 'waiting'>>): void {
    Object.assign(known, change);
    for (const look of known.waiting) look();
  }
}

const sigkilled = 128 + 9;

function withEvents(container: EngineContainer, { exit, oomKilled }: Known): EngineContainer {
  if (exit === undefined || exit === 'unknown' || container.state === 'exited') return container;
  const { at, exitCode } = exit;
  return { ...container, state: 'exited', exitCode, finishedAt: at, startedAt: Math.min(container.startedAt, at), oomKilled };
}
