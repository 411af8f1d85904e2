import type { EngineListener } from '../../containers/container-engine.ts';
import { NoEvents, type EventSource, type RuntimeEvent } from './event-source.ts';

/** Follows the best kind of events that the engine has, again after every break of the connection. */
export class Watcher {
  readonly #sources: EventSource[];
  readonly #answers: (signal: AbortSignal) => Promise<void>;
  readonly #abort = new AbortController();
  #ready: Promise<void> = Promise.resolve();

  /** `answers`: resolves once the engine answers. */
  constructor(sources: readonly EventSource[], answers: (signal: AbortSignal) => Promise<void>) {
    this.#sources = [...sources];
    this.#answers = answers;
  }

  /** Resolves when everything that begins from now on is told; at once when nobody watches. */
  get ready(): Promise<void> {
    return this.#ready;
  }

  watch(tell: (event: RuntimeEvent) => void, listener: Pick<EngineListener, 'disconnected' | 'reconnected'>): void {
    this.#ready = new Promise((resolve) => {
      void this.#run((event) => {
        if (event.type === 'subscribed') resolve();
        tell(event);
      }, listener).finally(resolve);
    });
  }

  close(): void {
    this.#abort.abort();
  }

  async #run(tell: (event: RuntimeEvent) => void, listener: Pick<EngineListener, 'disconnected' | 'reconnected'>): Promise<void> {
    const { signal } = this.#abort;
    let isLost = false;
    const followed = (event: RuntimeEvent): void => {
      tell(event);
      if (event.type !== 'subscribed' || !isLost) return;
      isLost = false;
      listener.reconnected();
    };
    while (!signal.aborted) {
      try {
        await this.#sources[0]?.follow(followed, signal);
        throw new Error('the engine has ended the stream of its events');
      } catch (error) {
        if (error instanceof NoEvents) this.#sources.shift();
        else if (!isLost && !this.#abort.signal.aborted) {
          isLost = true;
          listener.disconnected((error as Error).message);
        }
      }
      await this.#answers(signal).catch(() => undefined);
    }
  }
}
