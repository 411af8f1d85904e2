import type { Server } from 'node:http';

/** Tells once that nobody has had any use for this process for a while: nothing runs, and no connection is open. */
export class IdleWatch {
  readonly #server: Server;
  readonly #isIdle: () => boolean;
  readonly #idle: () => void;
  #connections = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(server: Server, isIdle: () => boolean, idle: () => void) {
    this.#server = server;
    this.#isIdle = isIdle;
    this.#idle = idle;
    this.#server.on('connection', (socket) => {
      this.#connections += 1;
      socket.once('close', () => {
        this.#connections -= 1;
        this.look();
      });
    });
    this.look(firstMs);
  }

  /** Something may have come to its end. */
  look(afterMs = idleMs): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.#isIdle() && this.#connections === 0) this.#idle();
    }, afterMs);
  }
}

/** Whoever started it comes with Pods within this time. */
const firstMs = 15_000;
const idleMs = 3000;
