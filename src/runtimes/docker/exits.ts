import { setTimeout as delay } from 'node:timers/promises';
import type { EngineContainer } from '../containers/container-engine.ts';
import type { ContainerInspect, EventMessage } from './api-types.ts';
import { ApiError, type HttpApi } from './http-api.ts';
import { oomCounter, readOomCounter } from './oom-kills.ts';
import { TrackedContainer } from './tracked-container.ts';
import { containerOf } from './statuses.ts';

/**
 * Finds out that containers have ended, and tells it once for each, never before its start was told.
 *
 * Docker's event `die` comes 30 ms before the container can be inspected again, so it is taken as it is. Podman's events come up to
 * 250 ms late: there the end of a connection to the container's output tells, and the container is inspected then.
 */
export class Exits {
  readonly #api: HttpApi;
  readonly #kind: EngineFacts;
  readonly #report: (id: string, status?: EngineContainer) => void;
  readonly #tracked = new Map<string, TrackedContainer>();
  #checks: (() => void)[] = [];

  constructor(api: HttpApi, kind: EngineFacts, report: (id: string, status?: EngineContainer) => void) {
    this.#api = api;
    this.#kind = kind;
    this.#report = report;
  }

  created(container: TrackedContainer): void {
    this.#tracked.set(container.id, container);
  }

  /** One that an earlier program has made as well. Rejects when it is gone. */
  async find(id: string): Promise<TrackedContainer> {
    const known = this.#tracked.get(id);
    if (known !== undefined) return known;
    const inspect = await this.#inspect(id);
    return this.#tracked.get(id) ?? this.adopt(inspect);
  }

  adopt(inspect: ContainerInspect): TrackedContainer {
    const known = this.#tracked.get(inspect.Id);
    if (known !== undefined) return known;
    const container = TrackedContainer.from(containerOf(inspect), inspect.Config.Tty === true);
    this.#tracked.set(inspect.Id, container);
    if (this.#kind.isPodman && container.state === 'running') void this.watch(inspect.Id).catch(() => undefined);
    return container;
  }

  /** Podman: from now on the end of the container is noticed at once. Of one that was created this prepares the start. */
  async watch(id: string): Promise<void> {
    const stream = await this.#api.hijack(`/containers/${id}/attach`, { query: { stream: true, stdout: true, stderr: true } });
    let counter: string | undefined;
    stream.on('error', () => undefined);
    stream.on('end', () => stream.destroy());
    stream.on('close', () => {
      if (counter !== undefined && readOomCounter(counter) > 0) this.#tracked.get(id)?.setOOMKilled();
      void this.#check(id);
    });
    stream.resume();
    counter = await this.#oomCounter(id);
  }

  event({ Action, Actor, timeNano }: EventMessage): void {
    const container = this.#tracked.get(Actor.ID);
    const time = Math.floor(timeNano / 1e6);
    if (Action === 'start') container?.startedAt(time);
    else if (Action === 'oom') container?.setOOMKilled();
    else if (Action === 'die') this.#died(Actor.ID, Number(Actor.Attributes['exitCode'] ?? 0), time);
    else if (Action === 'destroy' || Action === 'remove') this.forget(Actor.ID);
  }

  /** Events were missed: looks at all that was running. */
  async checkAll(): Promise<void> {
    const running = [...this.#tracked.values()].filter(({ state }) => state === 'running');
    await Promise.all(running.map(({ id }) => this.#check(id)));
    for (const done of this.#checks.splice(0)) done();
  }

  /** Resolves after the next time that events were missed. */
  checked(): Promise<void> {
    return new Promise((resolve) => this.#checks.push(resolve));
  }

  forget(id: string): void {
    const container = this.#tracked.get(id);
    this.#tracked.delete(id);
    container?.gone();
  }

  #died(id: string, exitCode: number, time: number): void {
    const container = this.#tracked.get(id);
    // What is not known, what could have been killed for its memory, and whatever Podman says is looked at.
    const isClear = container !== undefined && !this.#kind.isPodman && (!container.hasMemoryLimit || container.isOOMKilled || exitCode !== 137);
    if (isClear) this.#ended(container, container.ended(exitCode, time));
    else void this.#check(id);
  }

  /** Podman may need a moment to take notice itself; where it takes longer, its event tells. */
  async #check(id: string): Promise<void> {
    for (const wait of [0, 5, 10, 20, 40, 80]) {
      if (wait > 0) await delay(wait);
      const container = this.#tracked.get(id);
      if (container?.state === 'ended' || container?.state === 'gone') return;
      try {
        const inspect = await this.#inspect(id);
        const status = containerOf(inspect);
        if (status.state === 'created') return;
        const oomKilled = status.oomKilled || container?.isOOMKilled === true;
        if (status.state === 'exited') return this.#ended(container ?? this.adopt(inspect), { ...status, oomKilled });
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return this.#vanished(id);
        return;
      }
    }
  }

  #ended(container: TrackedContainer, status: EngineContainer): void {
    container.end(() => this.#report(container.id, status));
  }

  #vanished(id: string): void {
    this.#tracked.get(id)?.end(() => this.#report(id));
    this.forget(id);
  }

  /** Podman itself does not always notice that the kernel has ended a container for its memory: the container's cgroup knows. */
  async #oomCounter(id: string): Promise<string | undefined> {
    if (!this.#kind.isLocal || this.#tracked.get(id)?.hasMemoryLimit !== true) return undefined;
    return oomCounter((await this.#inspect(id)).State.Pid);
  }

  #inspect(id: string): Promise<ContainerInspect> {
    return this.#api.call<ContainerInspect>('GET', `/containers/${id}/json`);
  }
}

interface EngineFacts {
  readonly isPodman: boolean;
  readonly isLocal: boolean;
}
