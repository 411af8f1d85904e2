import { listenerKey } from './listener-plan.ts';
import type { PlannedListener } from './listener-plan.ts';
import { createProxy } from './proxy.ts';
import type { Proxy } from './proxy.ts';

/** Keeps as many proxies as are planned. What does not work is told once for each reason. */
export class Listeners {
  readonly #notice: (message: string) => void;
  readonly #proxies = new Map<string, Proxy>();
  readonly #told = new Set<string>();

  constructor(notice: (message: string) => void) {
    this.#notice = notice;
  }

  update(planned: readonly PlannedListener[]): void {
    const wanted = new Set(planned.map(listenerKey));
    for (const [key, proxy] of this.#proxies) {
      if (wanted.has(key)) continue;
      this.#proxies.delete(key);
      proxy.close();
    }
    for (const listener of planned) {
      const problem = problemOf(listener);
      if (problem === undefined) this.#proxy(listener, listener.protocol === 'UDP' ? 'UDP' : 'TCP').update(listener.endpoints);
      else this.#tell(listener, problem);
    }
  }

  close(): void {
    this.update([]);
  }

  #proxy(listener: PlannedListener, protocol: 'TCP' | 'UDP'): Proxy {
    const key = listenerKey(listener);
    const { address, port, isSticky, subject, isAnnounced } = listener;
    const listening = (): void => {
      if (isAnnounced) this.#tellOnce(`${subject} is at ${address}:${port}${protocol === 'UDP' ? '/udp' : ''} of this machine`);
    };
    const failed = (error: NodeJS.ErrnoException): void => this.#tell(listener, reason(error, listener));
    const proxy = this.#proxies.get(key) ?? createProxy(protocol, { address, port, isSticky, listening, failed });
    this.#proxies.set(key, proxy);
    return proxy;
  }

  #tell({ subject, endpoints: [endpoint] }: PlannedListener, problem: string): void {
    const instead = endpoint === undefined ? '' : `; use ${endpoint.address}:${endpoint.port}`;
    this.#tellOnce(`${subject} does not work: ${problem}${instead}`);
  }

  #tellOnce(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#notice(message);
  }
}

function problemOf({ protocol, problem }: PlannedListener): string | undefined {
  return problem ?? (protocol === 'SCTP' ? 'SCTP cannot be passed on, only TCP and UDP' : undefined);
}

function reason({ code, message }: NodeJS.ErrnoException, { address, port }: PlannedListener): string {
  if (code === 'EADDRINUSE') return `${address}:${port} is in use on this machine`;
  if (code === 'EACCES') return `port ${port} of this machine may only be used by root`;
  if (code === 'EADDRNOTAVAIL') return `${address} is not an address of this machine: the Pods run on another one`;
  return message;
}
