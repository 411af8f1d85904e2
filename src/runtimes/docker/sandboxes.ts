import { networkInterfaces } from 'node:os';
import type { EngineSandbox, Labels } from '../containers/container-engine.ts';
import type { SandboxConfig } from '../containers/engine-config.ts';
import { leastOOMScoreAdj } from '../containers/oom-score.ts';
import type { ContainerInspect } from './api-types.ts';
import type { Containers } from './containers.ts';
import { ApiError, type HttpApi } from './http-api.ts';
import { instanceLabel, ownLabels } from './labels.ts';
import { networkOf, type Networks } from './networks.ts';
import type { PauseImage } from './pause-image.ts';
import type { PodVolumes } from './pod-volumes.ts';
import { sandboxBody } from './sandbox-body.ts';
import { sandboxOf } from './statuses.ts';
import type { Stops } from './stops.ts';

export interface SandboxParts {
  readonly api: HttpApi;
  readonly pause: PauseImage;
  readonly networks: Networks;
  readonly volumes: PodVolumes;
  readonly containers: Containers;
  readonly stops: Stops;
}

/** Sandboxes: a container each that does nothing but hold the network, IPC and PID namespace of a Pod. */
export class Sandboxes {
  readonly #parts: SandboxParts;
  #lowersOomScore = leastOOMScoreAdj() < 0;
  /** Sandboxes that are being made, by network: it is not removed meanwhile. */
  readonly #making = new Map<string, number>();
  gateway: string | undefined;

  constructor(parts: SandboxParts) {
    this.#parts = parts;
  }

  async run(config: SandboxConfig): Promise<EngineSandbox> {
    const network = config.namespaces.network === 'pod' ? networkOf(config.labels) : undefined;
    const key = network?.name ?? '';
    this.#making.set(key, (this.#making.get(key) ?? 0) + 1);
    const lowered = this.#lowersOomScore;
    try {
      return await this.#make(config, network, false);
    } catch (error) {
      return await this.#makeAgain(config, network, lowered, error);
    } finally {
      this.#making.set(key, (this.#making.get(key) ?? 1) - 1);
    }
  }

  /** Everything of it is killed at once. */
  async stop(id: string): Promise<void> {
    const { containers, stops } = this.#parts;
    const members = await containers.inspectAll({ [ownLabels.sandbox]: id });
    await Promise.all(members.map((member) => stops.stop(member.Id, 0)));
    await stops.stop(id, 0);
  }

  async remove(id: string): Promise<void> {
    const { containers, volumes } = this.#parts;
    const sandbox = await containers.inspect(id);
    const members = await containers.inspectAll({ [ownLabels.sandbox]: id });
    await Promise.all(members.map((member) => containers.remove(member.Id)));
    await containers.remove(id);
    await volumes.removeAll(id);
    const labels = sandbox?.Config.Labels;
    if (labels !== undefined && labels !== null) await this.#removeNetwork(labels);
  }

  async list(labels: Labels): Promise<EngineSandbox[]> {
    const all = await this.#parts.containers.inspectAll({ ...labels, [ownLabels.kind]: 'sandbox' });
    return all.map((inspect) => sandboxOf(inspect, hostAddresses())).sort((a, b) => b.createdAt - a.createdAt || b.attempt - a.attempt);
  }

  async #make(config: SandboxConfig, network: ReturnType<typeof networkOf> | undefined, anew: boolean): Promise<EngineSandbox> {
    const { api, pause, networks, containers } = this.#parts;
    const [gateway] = await Promise.all([network && networks.ensure(network.name, network.labels, anew), pause.ensure(anew)]);
    this.gateway = gateway ?? this.gateway;
    const facts = { image: pause.name, network: network?.name, lowersOomScore: this.#lowersOomScore };
    const { name, body } = sandboxBody(config, facts);
    const { Id } = await api.call<{ Id: string }>('POST', '/containers/create', { query: { name }, body });
    try {
      await api.call('POST', `/containers/${Id}/start`);
      const inspect = await api.call<ContainerInspect>('GET', `/containers/${Id}/json`);
      return sandboxOf(inspect, hostAddresses());
    } catch (error) {
      await containers.remove(Id);
      throw error;
    }
  }

  async #makeAgain(
    config: SandboxConfig,
    network: ReturnType<typeof networkOf> | undefined,
    lowered: boolean,
    error: unknown,
  ): Promise<EngineSandbox> {
    if (!(error instanceof ApiError)) throw error;
    // Somebody has removed the image or the network since it was last seen.
    const isMissing = /no such image|image not known|network .*not found|unable to find network/i.test(error.message);
    if (isMissing) return this.#make(config, network, true);
    // A machine may refuse to lower oom_score_adj. runc does not say that it was this: where it works without, it was.
    if (!lowered || !/OCI runtime|oom_score_adj/.test(error.message)) throw error;
    this.#lowersOomScore = false;
    return this.#make(config, network, false).catch((again: unknown) => {
      this.#lowersOomScore = true;
      throw again;
    });
  }

  async #removeNetwork(labels: Labels): Promise<void> {
    const network = networkOf(labels);
    if ((this.#making.get(network.name) ?? 0) > 0) return;
    const others = await this.list({ [instanceLabel]: labels[instanceLabel] ?? '' });
    if (others.length === 0) await this.#parts.networks.remove(network.name);
  }
}

/** What a Pod on the host's network is reached by. */
function hostAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const first = all.find(({ family, internal }) => family === 'IPv4' && !internal);
  return [first?.address ?? '127.0.0.1'];
}
