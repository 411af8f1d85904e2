import { isIPv6 } from 'node:net';
import type { PodNetwork, PortMapping } from '../engine/runtime-service.ts';
import { hostNames } from '../manifest/names.ts';
import { isServing, selects } from '../pod/service-target.ts';
import type { Pod, Service } from '../pod/types.ts';
import { AddressRecords } from './address-record.ts';
import type { Owner } from './address-record.ts';
import { ExternalNames } from './external-names.ts';
import { hostPorts } from './host-ports.ts';
import { planListeners } from './listener-plan.ts';
import { Listeners } from './listeners.ts';
import { MachineAddresses } from './machine-addresses.ts';
import { machineIP, ServiceAddresses } from './service-addresses.ts';
import { hasOwnAddress, planServices } from './service-plan.ts';

export interface ServiceNetworkOptions {
  /** Of the runtime whose Pods these are; asked again at every update. */
  readonly network: () => PodNetwork;
  /** That runtime's name. */
  readonly runtime: string;
  readonly stateDirectory: string;
  /** This supervisor, and whether another one still runs. */
  readonly owner: Owner;
  readonly isAlive: (owner: Owner) => boolean;
  /** What is published of a Pod beside its hostPorts. */
  readonly published: (pod: Pod) => readonly PortMapping[];
  /** Names have other addresses now: hosts files are to be written again. */
  readonly namesChanged: () => void;
  /** One line for the user. */
  readonly notice: (message: string) => void;
}

/**
 * Services of the Pods of one runtime: gives each an address, listens there, and passes connections on to the Pods that are ready.
 * All in this process: Services rest while no supervisor runs. IPv4, TCP and UDP.
 */
export interface ServiceNetwork {
  /**
   * What there is now. Resolves once every Service has its address; before the first Pod starts this is waited for, since its
   * environment tells them. Later calls need no waiting. Never rejects: what does not work is told by `notice`.
   */
  update(pods: readonly Pod[], services: readonly Service[]): Promise<void>;
  /** For `ReferenceEnvironment.serviceIPs`. */
  serviceIPs(service: Service): readonly string[] | undefined;
  /** For `ReferenceEnvironment.podIP`. */
  podIP(pod: Pod): string | undefined;
  /** Stops listening; a later supervisor of this state folder gives the Services the same addresses. */
  release(): void;
  /** Stops listening and removes the addresses. */
  close(): Promise<void>;
}

export function createServiceNetwork(options: ServiceNetworkOptions): ServiceNetwork {
  return new Network(options);
}

class Network implements ServiceNetwork {
  readonly #options: ServiceNetworkOptions;
  readonly #addresses: ServiceAddresses;
  readonly #externalNames = new ExternalNames(() => void this.#apply());
  readonly #listeners: Listeners;
  #pods: readonly Pod[] = [];
  #services: readonly Service[] = [];
  #names = '';
  #applying: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: ServiceNetworkOptions) {
    this.#options = options;
    const { network, notice } = options;
    const records = new AddressRecords(options.stateDirectory);
    const machine = mayAddAddresses(network()) ? new MachineAddresses({ ...options, records }) : undefined;
    this.#addresses = new ServiceAddresses(machine, notice);
    this.#listeners = new Listeners(notice);
  }

  update(pods: readonly Pod[], services: readonly Service[]): Promise<void> {
    this.#pods = pods;
    this.#services = services;
    return this.#apply();
  }

  serviceIPs(service: Service): readonly string[] | undefined {
    const { name = '', namespace = '' } = service.metadata ?? {};
    if (service.spec?.type === 'ExternalName') return this.#externalIPs(service);
    const ip = hasOwnAddress(service) ? this.#addresses.get(`${namespace}/${name}`) : undefined;
    return ip === undefined ? undefined : [ip];
  }

  /** One that names another Service is its alias. */
  #externalIPs(service: Service): readonly string[] {
    const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc(?:\.cluster\.local)?\.?$/.exec(service.spec?.externalName ?? '') ?? [];
    const other = this.#services.find(({ metadata }) => metadata?.name === name && metadata?.namespace === namespace);
    if (other === undefined || other.spec?.type === 'ExternalName') return this.#externalNames.addresses(service);
    const pods = this.#pods.filter((pod) => selects(other, pod) && isServing(other, pod));
    return this.serviceIPs(other) ?? pods.flatMap((pod) => this.podIP(pod) ?? []);
  }

  podIP(pod: Pod): string | undefined {
    return pod.status.podIP ?? (this.#options.network().kind === 'machine' ? machineIP : undefined);
  }

  release(): void {
    this.#isClosed = true;
    this.#listeners.close();
  }

  async close(): Promise<void> {
    this.release();
    await this.#applying;
    await this.#addresses.close();
  }

  /** One pass at a time; what comes meanwhile is one further pass. */
  #apply(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    if (this.#applying === undefined) {
      this.#applying = this.#pass()
        .catch((error: unknown) => this.#options.notice(`Services: ${(error as Error).message}`))
        .finally(() => (this.#applying = undefined));
      return this.#applying;
    }
    this.#next ??= this.#applying.then(() => {
      this.#next = undefined;
      return this.#apply();
    });
    return this.#next;
  }

  async #pass(): Promise<void> {
    // Pods that start together are one change.
    await new Promise(setImmediate);
    const [pods, services] = [this.#pods, this.#services];
    const network = this.#options.network();
    const planned = planServices(services, pods, (pod) => ipv4(this.podIP(pod)));
    this.#externalNames.update(services);
    await this.#addresses.assign(planned, network);
    if (this.#isClosed) return;
    const serviceIP = (key: string): string | undefined => this.#addresses.get(key);
    const portMappings = (pod: Pod): PortMapping[] => [...this.#options.published(pod), ...hostPorts(pod)];
    this.#listeners.update(planListeners({ network, services: planned, pods, serviceIP, portMappings }));
    this.#tellNames();
  }

  #tellNames(): void {
    const sources = {
      pods: () => this.#pods,
      podIP: (pod: Pod) => this.podIP(pod),
      serviceIPs: (service: Service) => this.serviceIPs(service),
    };
    const names = JSON.stringify(hostNames(this.#services, '', sources));
    if (names === this.#names) return;
    this.#names = names;
    this.#options.namesChanged();
  }
}

/** Adding addresses takes root, and helps only those who are on this machine. */
function mayAddAddresses(network: PodNetwork): boolean {
  return network.kind === 'pod' && network.isLocal && process.platform === 'linux' && process.getuid?.() === 0;
}

function ipv4(address: string | undefined): string | undefined {
  return address === undefined || isIPv6(address) ? undefined : address;
}
