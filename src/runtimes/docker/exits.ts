import { setTimeout as delay } from 'node:timers/promises';
import type { EngineContainer } from '../containers/container-engine.ts';
import type { ContainerInspect, EventMessage } from './api-types.ts';
import { ApiError, type HttpApi } from './http-api.ts';
import { PodmanMonitor } from './podman-monitor.ts';
import { containerOf } from './statuses.ts';
import { TrackedContainer } from './tracked-container.ts';

export interface ExitSources {
  readonly api: HttpApi;
  /** Of a Podman on this machine. */
  readonly libpod: HttpApi | undefined;
  /** Whether the event of an end tells all: Docker's does, 30 ms before the container can be inspected again. */
  readonly trustsEvents: boolean;
  readonly report: (id: string, status?: EngineContainer) => void;
}

/** Finds out that containers have ended, and tells it once for each, never before its start was told. */
export class Exits {
  readonly #sources: ExitSources;
  readonly #monitor: PodmanMonitor | undefined;
  readonly #tracked = new Map<string, TrackedContainer>();
  #checks: (() => void)[] = [];

  constructor(sources: ExitSources) {
    this.#sources = sources;
    const { libpod } = sources;
    this.#monitor = libpod && new PodmanMonitor(libpod, (id, exitCode, time) => this.#told(id, exitCode, time));
  }

  created(container: TrackedContainer): void {
    this.#tracked.set(container.id, container);
  }

  /** One that an earlier program has made as well. Rejects when it is gone. */
  async find(id: string): Promise<TrackedContainer> {
    return this.#tracked.get(id) ?? this.adopt(await this.#inspect(id));
  }

  adopt(inspect: ContainerInspect): TrackedContainer {
    const known = this.#tracked.get(inspect.Id);
    if (known !== undefined) return known;
    const container = TrackedContainer.from(containerOf(inspect), inspect.Config.Tty === true);
    this.#tracked.set(inspect.Id, container);
    if (this.#monitor !== undefined && container.state === 'running') void this.#join(this.#monitor, container);
    return container;
  }

  /** Right before its start. */
  async prepare(container: TrackedContainer): Promise<void> {
    container.starting();
    await this.#monitor?.prepare(container.id, container.hasMemoryLimit);
  }

  event({ Action, Actor, timeNano }: EventMessage): void {
    const container = this.#tracked.get(Actor.ID);
    const time = Math.floor(timeNano / 1e6);
    if (Action === 'start') container?.startedAt(time);
    else if (Action === 'oom') container?.setOOMKilled();
    else if (Action === 'destroy' || Action === 'remove') this.forget(Actor.ID);
    else if (Action === 'die') {
      const exitCode = Number(Actor.Attributes['exitCode'] ?? 0);
      // Docker's own memory of a kill may come after the event.
      const isClear = container !== undefined && (!container.hasMemoryLimit || container.isOOMKilled || exitCode !== 137);
      if (this.#sources.trustsEvents && isClear) this.#told(Actor.ID, exitCode, time);
      else void this.check(Actor.ID);
    }
  }

  /** Looks whether it has ended. Podman may need a moment to take notice of it; where that takes longer, its event tells. */
  async check(id: string): Promise<void> {
    for (const wait of [0, 10, 20, 40, 80]) {
      if (wait > 0) await delay(wait);
      const container = this.#tracked.get(id);
      if (container?.state === 'ended' || container?.state === 'gone') return;
      try {
        const inspect = await this.#inspect(id);
        const status = containerOf(inspect);
        if (status.state === 'exited') {
          this.#ended(container ?? this.adopt(inspect), status);
          return;
        }
      } catch (error) {
        if (error instanceof ApiError && error.isNotFound) this.#vanished(id);
        return;
      }
    }
  }

  /** Events were missed: looks at all that was running. */
  async checkAll(): Promise<void> {
    const running = [...this.#tracked.values()].filter(({ state }) => state === 'running');
    await Promise.all(running.map(({ id }) => this.check(id)));
    for (const done of this.#checks.splice(0)) done();
  }

  /** Resolves after the next time that events were missed. */
  checked(): Promise<void> {
    return new Promise((resolve) => this.#checks.push(resolve));
  }

  forget(id: string): void {
    const container = this.#tracked.get(id);
    this.#tracked.delete(id);
    this.#monitor?.forget(id);
    container?.gone();
  }

  close(): void {
    this.#monitor?.close();
  }

  /** Its end may have come between the look at it and the watch. */
  async #join(monitor: PodmanMonitor, { id, hasMemoryLimit }: TrackedContainer): Promise<void> {
    try {
      await monitor.join(id, hasMemoryLimit);
      await this.check(id);
    } catch {
      // Gone: the event tells.
    }
  }

  #told(id: string, exitCode: number, time: number): void {
    const container = this.#tracked.get(id);
    if (container !== undefined) this.#ended(container, container.ended(exitCode, time));
  }

  #ended(container: TrackedContainer, status: EngineContainer): void {
    const oomKilled = status.oomKilled || container.isOOMKilled || this.#monitor?.wasOOMKilled(container.id) === true;
    container.end(() => this.#sources.report(container.id, { ...status, oomKilled }));
  }

  #vanished(id: string): void {
    this.#tracked.get(id)?.end(() => this.#sources.report(id));
    this.forget(id);
  }

  #inspect(id: string): Promise<ContainerInspect> {
    return this.#sources.api.call<ContainerInspect>('GET', `/containers/${id}/json`);
  }
}
