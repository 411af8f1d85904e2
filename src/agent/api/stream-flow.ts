import type { WebSocket } from 'ws';
import type { ExecSession } from '../../engine/runtime-service.ts';

/** Sends a client the output of a session, and holds the session up while the client does not keep pace. */
export class OutputFlow {
  readonly #client: WebSocket;
  #session: ExecSession | undefined;
  #isPaused = false;

  constructor(client: WebSocket) {
    this.#client = client;
  }

  /** Whose output it is; what came before is sent already. */
  join(session: ExecSession): void {
    this.#session = session;
    this.#adjust();
  }

  send(message: Uint8Array): void {
    if (this.#client.readyState !== this.#client.OPEN) return;
    this.#client.send(message, () => this.#adjust());
    this.#adjust();
  }

  #adjust(): void {
    const isBehind = this.#client.bufferedAmount > mostUnsentBytes;
    if (this.#session === undefined || isBehind === this.#isPaused) return;
    this.#isPaused = isBehind;
    if (isBehind) this.#session.pause();
    else this.#session.resume();
  }
}

const mostUnsentBytes = 1024 * 1024;

/** Gives a session what a client sends, in order and as fast as the session takes it. */
export class InputFlow {
  readonly #client: WebSocket;
  #last = Promise.resolve();
  #waiting = 0;
  #pings: NodeJS.Timeout | undefined;

  constructor(client: WebSocket) {
    this.#client = client;
    client.once('close', () => clearInterval(this.#pings));
  }

  /** What cannot be given any more is passed over: the session's end says why. */
  give(part: () => Promise<void> | void): void {
    this.#waiting += 1;
    this.#hold();
    this.#last = this.#last
      .then(part)
      .catch(() => undefined)
      .then(() => {
        this.#waiting -= 1;
        if (this.#waiting === 0) this.#release();
      });
  }

  /** A client that is not read from is only known to be gone when something is sent to it. */
  #hold(): void {
    this.#client.pause();
    this.#pings ??= setInterval(() => this.#client.readyState === this.#client.OPEN && this.#client.ping(), pingIntervalMs);
  }

  #release(): void {
    clearInterval(this.#pings);
    this.#pings = undefined;
    this.#client.resume();
  }
}

const pingIntervalMs = 1000;
