import { createSocket } from 'node:dgram';
import type { RemoteInfo, Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Proxy, ProxyOptions } from './proxy.ts';
import { Rotation } from './rotation.ts';
import type { Endpoint } from './service-plan.ts';

/** How long a client's way is kept after the last datagram: what connection tracking of Linux keeps. */
const idleMs = 120_000;

/** Passes datagrams on: those of one client address and port to the same endpoint, answers back to it. */
export class UdpProxy implements Proxy {
  readonly #options: ProxyOptions;
  readonly #rotation: Rotation;
  readonly #ways = new Map<string, Way>();
  #endpoints: readonly Endpoint[] = [];
  #socket: Socket | undefined;

  constructor(options: ProxyOptions) {
    this.#options = options;
    this.#rotation = new Rotation(options.isSticky);
  }

  update(endpoints: readonly Endpoint[]): void {
    this.#endpoints = endpoints;
    // An endpoint that is gone takes no more datagrams.
    for (const way of this.#ways.values()) {
      if (!endpoints.some((endpoint) => isSame(endpoint, way.endpoint))) this.#end(way);
    }
    if (endpoints.length === 0) this.close();
    else if (this.#socket === undefined) this.#bind();
  }

  close(): void {
    for (const way of this.#ways.values()) this.#end(way);
    this.#socket?.close();
    this.#socket = undefined;
  }

  #bind(): void {
    const { address, port, listening, failed } = this.#options;
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    this.#socket = socket;
    socket.on('listening', listening);
    socket.on('message', (message, client) => this.#forward(message, client, socket));
    socket.on('error', (error) => {
      if (this.#socket === socket) this.close();
      failed(error);
    });
    socket.bind({ address, port });
  }

  #forward(message: Buffer, client: RemoteInfo, socket: Socket): void {
    const key = `${client.address} ${client.port}`;
    const way = this.#ways.get(key) ?? this.#open(key, client, socket);
    if (way === undefined) return;
    way.idle.refresh();
    way.upstream.send(message, way.endpoint.port, way.endpoint.address);
  }

  #open(key: string, client: RemoteInfo, socket: Socket): Way | undefined {
    const [endpoint] = this.#rotation.order(this.#endpoints, client.address);
    if (endpoint === undefined) return undefined;
    const upstream = createSocket(isIPv6(endpoint.address) ? 'udp6' : 'udp4');
    const way: Way = { key, endpoint, upstream, idle: setTimeout(() => this.#end(way), idleMs).unref() };
    // A datagram may get lost: what cannot be sent is.
    upstream.on('error', () => this.#end(way));
    upstream.on('message', (answer, from) => {
      if (from.port !== endpoint.port || from.address !== endpoint.address || this.#socket !== socket) return;
      way.idle.refresh();
      socket.send(answer, client.port, client.address, () => undefined);
    });
    this.#ways.set(key, way);
    return way;
  }

  #end(way: Way): void {
    if (!this.#ways.delete(way.key)) return;
    clearTimeout(way.idle);
    way.upstream.close();
  }
}

interface Way {
  readonly key: string;
  readonly endpoint: Endpoint;
  readonly upstream: Socket;
  readonly idle: NodeJS.Timeout;
}

function isSame(a: Endpoint, b: Endpoint): boolean {
  return a.address === b.address && a.port === b.port;
}
