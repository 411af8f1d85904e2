import type { Endpoint } from './service-plan.ts';
import { TcpProxy } from './tcp-proxy.ts';
import { UdpProxy } from './udp-proxy.ts';

/** Passes on what comes to one port. */
export interface Proxy {
  /** What it passes on to from now on; while there is none, nobody listens. Also tries again what had failed. */
  update(endpoints: readonly Endpoint[]): void;
  /** Ends what is under way too. */
  close(): void;
}

export interface ProxyOptions {
  /** Where it listens. */
  readonly address: string;
  readonly port: number;
  /** A client stays with an endpoint. */
  readonly isSticky: boolean;
  readonly listening: () => void;
  /** It cannot listen: the port is in use, or not allowed. */
  readonly failed: (error: NodeJS.ErrnoException) => void;
}

export function createProxy(protocol: 'TCP' | 'UDP', options: ProxyOptions): Proxy {
  return protocol === 'UDP' ? new UdpProxy(options) : new TcpProxy(options);
}
