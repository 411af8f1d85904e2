import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Proxy, ProxyOptions } from './proxy.ts';
import { Rotation } from './rotation.ts';
import type { Endpoint } from './service-plan.ts';

/**
 * Listens on one address and port, and passes every connection on to one of the endpoints in turn. Without any that accepts
 * connections it does not listen, so that clients are refused as they would be by the endpoint itself: who waits for a port to open
 * is not told that it did. Connections under way survive a change of the endpoints.
 */
export class TcpProxy implements Proxy {
  readonly #options: ProxyOptions;
  readonly #rotation: Rotation;
  readonly #connections = new Set<Socket>();
  #endpoints: readonly Endpoint[] = [];
  #server: Server | undefined;
  #check: AbortController | undefined;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#rotation = new Rotation(options.isSticky);
  }

  update(endpoints: readonly Endpoint[]): void {
    this.#endpoints = endpoints;
    if (endpoints.length === 0) return this.#stopListening();
    if (this.#server !== undefined) return;
    // What is under way asks for endpoints that may be gone.
    this.#check?.abort();
    this.#check = new AbortController();
    void this.#listenWhenAccepted(endpoints, this.#check.signal);
  }

  close(): void {
    this.#stopListening();
    for (const connection of this.#connections) connection.destroy();
  }

  #stopListening(): void {
    this.#check?.abort();
    this.#check = undefined;
    this.#server?.close();
    this.#server = undefined;
  }

  async #listenWhenAccepted(endpoints: readonly Endpoint[], signal: AbortSignal): Promise<void> {
    if (!endpoints.some(({ isProbed }) => isProbed)) await anyAccepts(endpoints, signal);
    if (!signal.aborted) this.#listen();
  }

  #listen(): void {
    const { address, port, listening, failed } = this.#options;
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => this.#accept(client));
    this.#server = server;
    server.on('listening', listening);
    server.on('error', (error) => {
      if (this.#server === server) this.#server = undefined;
      failed(error);
    });
    server.listen({ host: address, port });
  }

  #accept(client: Socket): void {
    this.#track(client);
    // Its close follows.
    client.on('error', () => undefined);
    this.#forward(client, this.#rotation.order(this.#endpoints, client.remoteAddress ?? ''));
  }

  /** To the first endpoint that accepts; reset when none does. */
  #forward(client: Socket, [endpoint, ...others]: readonly Endpoint[]): void {
    if (client.destroyed) return;
    if (endpoint === undefined) {
      client.resetAndDestroy();
      return;
    }
    const upstream = connect({ host: endpoint.address, port: endpoint.port, allowHalfOpen: true, noDelay: true });
    const abandon = (): void => void upstream.destroy();
    const next = (): void => {
      client.off('close', abandon);
      this.#forward(client, others);
    };
    upstream.once('error', next);
    client.once('close', abandon);
    upstream.once('connect', () => {
      upstream.off('error', next);
      client.off('close', abandon);
      this.#track(upstream);
      join(client, upstream);
    });
  }

  #track(socket: Socket): void {
    this.#connections.add(socket);
    socket.once('close', () => this.#connections.delete(socket));
  }
}

/** Each side's end and reset reach the other. */
function join(client: Socket, upstream: Socket): void {
  for (const [from, to] of [
    [client, upstream],
    [upstream, client],
  ] as const) {
    from.pipe(to);
    from.on('error', () => to.resetAndDestroy());
    from.on('close', () => {
      if (!from.readableEnded) to.destroy();
    });
  }
}

const firstDelayMs = 20;
const lastDelayMs = 1000;

/** Connects to the endpoints until one accepts; nothing but the attempt tells. */
async function anyAccepts(endpoints: readonly Endpoint[], signal: AbortSignal): Promise<void> {
  for (let delayMs = firstDelayMs; !signal.aborted; delayMs = Math.min(2 * delayMs, lastDelayMs)) {
    const accepted = await Promise.all(endpoints.map((endpoint) => accepts(endpoint, signal)));
    if (accepted.includes(true)) return;
    await pause(delayMs, signal);
  }
}

const attemptMs = 2000;

function accepts({ address, port }: Endpoint, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: attemptMs });
    const finish = (value: boolean): void => {
      signal.removeEventListener('abort', refused);
      socket.destroy();
      resolve(value);
    };
    const refused = (): void => finish(false);
    signal.addEventListener('abort', refused);
    socket.on('connect', () => finish(true));
    socket.on('timeout', refused).on('error', refused);
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
  });
}
