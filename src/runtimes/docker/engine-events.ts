import type { IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { EventMessage } from './api-types.ts';
import { filters, type HttpApi } from './http-api.ts';
import { readJsonLines } from './json-lines.ts';
import { engineLabel, ownLabels } from './labels.ts';

export interface EventHandler {
  event(message: EventMessage): void;
  lost(reason: string): void;
  /** Events come again; what happened since `lost` was missed. */
  back(): void;
}

/** What happens to our containers, as the engine tells it. The connection is made again by itself until it is closed. */
export class EngineEvents {
  readonly #api: HttpApi;
  readonly #handler: EventHandler;
  readonly #abort = new AbortController();

  constructor(api: HttpApi, handler: EventHandler) {
    this.#api = api;
    this.#handler = handler;
  }

  /** Resolves once events come. */
  async open(): Promise<void> {
    void this.#follow(await this.#connect());
  }

  close(): void {
    this.#abort.abort();
  }

  async #follow(first: IncomingMessage): Promise<void> {
    for (let response: IncomingMessage | undefined = first; response !== undefined;) {
      const reason = await this.#read(response);
      if (this.#abort.signal.aborted) return;
      this.#handler.lost(reason);
      response = await this.#reconnect();
      if (response !== undefined) this.#handler.back();
    }
  }

  /** Resolves with why it ended. */
  async #read(response: IncomingMessage): Promise<string> {
    try {
      for await (const line of readJsonLines(response)) this.#handler.event(line as EventMessage);
      return 'the engine ended the stream of events';
    } catch (error) {
      return (error as Error).message;
    }
  }

  async #reconnect(): Promise<IncomingMessage | undefined> {
    const { signal } = this.#abort;
    for (let wait = firstRetryMs; !signal.aborted; wait = Math.min(wait * 2, lastRetryMs)) {
      try {
        return await this.#connect();
      } catch {
        await delay(wait, undefined, { signal }).catch(() => undefined);
      }
    }
    return undefined;
  }

  #connect(): Promise<IncomingMessage> {
    const query = { filters: filters({ type: ['container'], label: [`${ownLabels.engine}=${engineLabel}`] }) };
    return this.#api.stream('GET', '/events', { query, signal: this.#abort.signal });
  }
}

const firstRetryMs = 20;
const lastRetryMs = 500;
