import type { Clock } from '../engine/clock.ts';
import type { RuntimeService } from '../engine/runtime-service.ts';
import type { ReferenceObjects } from '../manifest/references.ts';
import { createServiceNetwork } from '../network/service-network.ts';
import type { ServiceNetwork } from '../network/service-network.ts';
import { isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { SupervisedPod } from './supervised-pod.ts';

export interface RuntimeNetworksOptions {
  readonly clock: Clock;
  readonly identity: ProcessIdentity;
  readonly stateDirectory: string;
  readonly notice: (line: string) => void;
  /** All that are known. */
  readonly pods: () => readonly SupervisedPod[];
  readonly objects: () => ReferenceObjects;
}

/** The Services of each runtime's Pods, brought up to date when Pods change. */
export class RuntimeNetworks {
  readonly #options: RuntimeNetworksOptions;
  readonly #networks = new Map<RuntimeService, ServiceNetwork>();
  #isDue = false;

  constructor(options: RuntimeNetworksOptions) {
    this.#options = options;
  }

  /** Resolves once its Services have addresses. */
  async ready(runtime: RuntimeService): Promise<ServiceNetwork> {
    const network = this.#of(runtime);
    await this.#update(runtime, network);
    return network;
  }

  /** A Pod or a Service has changed: many changes within a short time are one update. */
  changed(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const { clock, pods } = this.#options;
    clock.at(clock.now() + (1 + pods().length) * updateDelayMs, () => {
      this.#isDue = false;
      for (const [runtime, network] of this.#networks) void this.#update(runtime, network);
    });
  }

  release(): void {
    for (const network of this.#networks.values()) network.release();
    this.#networks.clear();
  }

  async close(): Promise<void> {
    const networks = [...this.#networks.values()];
    this.#networks.clear();
    await Promise.all(networks.map((network) => network.close()));
  }

  #of(runtime: RuntimeService): ServiceNetwork {
    const known = this.#networks.get(runtime);
    if (known !== undefined) return known;
    const { identity, stateDirectory, notice } = this.#options;
    const network = createServiceNetwork({
      network: () => runtime.podNetwork,
      runtime: runtime.name,
      stateDirectory,
      owner: identity,
      isAlive,
      published: (pod) => this.#podsOf(runtime).find(({ record }) => record.pod.metadata.uid === pod.metadata.uid)?.record.published ?? [],
      namesChanged: () => {
        for (const { runtime: own } of this.#podsOf(runtime)) own?.namesChanged();
      },
      notice,
    });
    this.#networks.set(runtime, network);
    return network;
  }

  #update(runtime: RuntimeService, network: ServiceNetwork): Promise<void> {
    return network.update(
      this.#podsOf(runtime).map(({ pod }) => pod),
      [...this.#options.objects().services.values()],
    );
  }

  #podsOf(runtime: RuntimeService): SupervisedPod[] {
    return this.#options.pods().filter((pod) => pod.service === runtime && !pod.record.ended);
  }
}

/** For each Pod: every Pod's names may have to be written anew, so many Pods that start one after another are a few updates. */
const updateDelayMs = 5;
