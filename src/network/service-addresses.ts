import { createServer } from 'node:net';
import type { PodNetwork } from '../engine/runtime-service.ts';
import { hash } from './address-range.ts';
import type { MachineAddresses } from './machine-addresses.ts';
import type { PlannedService } from './service-plan.ts';

/** The address of every Pod that shares the machine's network. */
export const machineIP = '127.0.0.1';

/**
 * Gives Services addresses. One that has none is reached at its Pods' own addresses:
 * - Pods with addresses of their own, and this program may add addresses to the machine: one for each Service.
 * - Otherwise the machine's address on the Pods' network, for Services whose port is not the Pods' own, as long as no two of them
 *   have a port in common.
 * - Pods that share the machine's network: 127.0.0.1, or another loopback address where another Service or program has the port.
 */
export class ServiceAddresses {
  readonly #machine: MachineAddresses | undefined;
  readonly #warn: (message: string) => void;
  readonly #given = new Map<string, GivenAddress>();
  #mayAdd = true;

  /** `machine`: undefined where this program may not add addresses. */
  constructor(machine: MachineAddresses | undefined, warn: (message: string) => void) {
    this.#machine = machine;
    this.#warn = warn;
  }

  /** By `namespace/name`. */
  get(key: string): string | undefined {
    return this.#given.get(key)?.ip;
  }

  /** Brings the addresses in line with the Services that there are; one that has an address keeps it. */
  async assign(services: readonly PlannedService[], network: PodNetwork): Promise<void> {
    const keys = new Set(services.map(({ key }) => key));
    for (const key of this.#given.keys()) if (!keys.has(key)) this.#given.delete(key);
    await this.#machine?.retain(keys);
    for (const service of services) {
      if (this.#given.has(service.key)) continue;
      const address = network.kind === 'machine' ? await this.#loopback(service) : await this.#own(service, network.gateway);
      if (address !== undefined) this.#given.set(service.key, { ip: address, ports: ownPorts(service) });
    }
  }

  /** Removes every address. */
  async close(): Promise<void> {
    this.#given.clear();
    await this.#machine?.retain(new Set());
  }

  async #own(service: PlannedService, gateway: string | undefined): Promise<string | undefined> {
    if (this.#machine !== undefined && this.#mayAdd) {
      try {
        return await this.#machine.acquire(service.key);
      } catch (error) {
        this.#mayAdd = false;
        this.#warn(`Services get no addresses of their own, their names lead to their Pods: ${(error as Error).message}`);
      }
    }
    return service.isDirect || gateway === undefined || this.#isTaken(service, gateway) ? undefined : gateway;
  }

  async #loopback(service: PlannedService): Promise<string | undefined> {
    if (!service.hasPods) return undefined;
    const ports = service.ports.filter(({ isDirect, protocol }) => !isDirect && protocol === 'TCP').map(({ port }) => port);
    for (const ip of [machineIP, loopbackAddress(service.key)]) {
      if (!this.#isTaken(service, ip) && (await areFree(ip, ports))) return ip;
    }
    return machineIP;
  }

  /** Whether another Service has one of the ports there. */
  #isTaken(service: PlannedService, ip: string): boolean {
    const others = [...this.#given.values()].filter((other) => other.ip === ip).flatMap(({ ports }) => ports);
    return ownPorts(service).some((port) => others.includes(port));
  }
}

interface GivenAddress {
  readonly ip: string;
  /** `80/TCP`. */
  readonly ports: readonly string[];
}

/** The ports that are not the Pods' own. */
function ownPorts({ ports }: PlannedService): string[] {
  return ports.filter(({ isDirect }) => !isDirect).map(({ port, protocol }) => `${port}/${protocol}`);
}

/** One of 127.128.0.0/9 that depends on the Service's name alone: far from those that programs use by custom. */
function loopbackAddress(key: string): string {
  const bits = hash(key);
  return `127.${128 + ((bits >>> 16) & 127)}.${(bits >>> 8) & 255}.${1 + (bits % 254)}`;
}

/** Whether this program could listen on all of the ports now. */
async function areFree(host: string, ports: readonly number[]): Promise<boolean> {
  const free = await Promise.all(ports.map((port) => isFree(host, port)));
  return !free.includes(false);
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen({ host, port }, () => server.close(() => resolve(true)));
  });
}
