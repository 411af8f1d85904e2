import type { Containers } from './containers.ts';
import type { Exits } from './exits.ts';
import { ApiError, type HttpApi } from './http-api.ts';

/** Ends containers: the stop signal first, SIGKILL when the grace period is over. */
export class Stops {
  readonly #api: HttpApi;
  readonly #containers: Containers;
  readonly #exits: Exits;
  readonly #underWay = new Map<string, { readonly deadline: number; readonly timer: NodeJS.Timeout }>();

  constructor(api: HttpApi, containers: Containers, exits: Exits) {
    this.#api = api;
    this.#containers = containers;
    this.#exits = exits;
  }

  /** Resolves when the container has ended. Called again with less, it shortens. */
  async stop(id: string, gracePeriodMs: number): Promise<void> {
    const inspect = await this.#containers.inspect(id);
    if (inspect?.State.Running !== true) return;
    const { finished } = this.#exits.adopt(inspect);
    const isFirst = !this.#underWay.has(id);
    if (gracePeriodMs <= 0) await this.kill(id, 'SIGKILL');
    else {
      this.#arm(id, gracePeriodMs);
      if (isFirst) await this.kill(id, signalOf(inspect.Config.StopSignal));
    }
    await finished;
    clearTimeout(this.#underWay.get(id)?.timer);
    this.#underWay.delete(id);
  }

  /** It is no error when it has ended. */
  async kill(id: string, signal: string): Promise<void> {
    try {
      await this.#api.call('POST', `/containers/${id}/kill`, { query: { signal } });
      // Both engines answer when it has ended.
      if (signal === 'SIGKILL') void this.#exits.check(id);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const inspect = await this.#containers.inspect(id);
      if (inspect?.State.Running === true) throw error;
    }
  }

  close(): void {
    for (const { timer } of this.#underWay.values()) clearTimeout(timer);
  }

  #arm(id: string, gracePeriodMs: number): void {
    const deadline = Date.now() + gracePeriodMs;
    const current = this.#underWay.get(id);
    if (current !== undefined && current.deadline <= deadline) return;
    clearTimeout(current?.timer);
    const timer = setTimeout(() => void this.#killAgain(id), gracePeriodMs);
    this.#underWay.set(id, { deadline, timer });
  }

  /** An engine that does not answer now is asked again: nothing else would end the container. */
  async #killAgain(id: string): Promise<void> {
    try {
      await this.kill(id, 'SIGKILL');
    } catch {
      this.#underWay.set(id, { deadline: Date.now(), timer: setTimeout(() => void this.#killAgain(id), killRetryMs) });
    }
  }
}

const killRetryMs = 500;

function signalOf(stopSignal: string | undefined): string {
  return stopSignal === undefined || stopSignal === '' ? 'SIGTERM' : stopSignal;
}
