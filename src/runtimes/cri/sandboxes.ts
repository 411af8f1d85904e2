import { networkInterfaces } from 'node:os';
import type { EngineSandbox, Labels } from '../containers/container-engine.ts';
import type { SandboxConfig } from '../containers/engine-config.ts';
import { afterCallsUnderWay } from './calls-under-way.ts';
import { unlessGone } from './containers.ts';
import { milliseconds } from './container-record.ts';
import type { PodSandboxConfig, PodSandboxStatus, RuntimeApi } from './cri-api.ts';
import type { Service } from './grpc/service.ts';
import { configOfSandbox, toPodSandboxConfig } from './sandbox-config.ts';

/** The sandboxes of the engine. */
export class Sandboxes {
  readonly #runtime: Service<RuntimeApi>;
  readonly #configs = new Map<string, PodSandboxConfig>();
  /** This machine's address on the Pods' network, once a sandbox has shown it. */
  gateway: string | undefined;

  constructor(runtime: Service<RuntimeApi>) {
    this.#runtime = runtime;
  }

  async run(config: SandboxConfig): Promise<EngineSandbox> {
    const podConfig = toPodSandboxConfig(config);
    const request = { config: podConfig, runtimeHandler: config.runtimeHandler };
    const find = (): Promise<{ readonly podSandboxId: string } | undefined> => this.#findRun(podConfig);
    const { podSandboxId: id } = await afterCallsUnderWay(
      () => this.#runtime.call('RunPodSandbox', request, { lost: find }),
      async () => (await find()) !== undefined,
    );
    this.#configs.set(id, podConfig);
    const sandbox = await this.#status(id);
    if (sandbox === undefined) throw new Error(`the sandbox ${id} is gone as soon as it runs`);
    return sandbox;
  }

  async stop(podSandboxId: string): Promise<void> {
    await unlessGone(this.#runtime.call('StopPodSandbox', { podSandboxId }));
  }

  async remove(podSandboxId: string): Promise<void> {
    await unlessGone(this.#runtime.call('RemovePodSandbox', { podSandboxId }));
    this.#configs.delete(podSandboxId);
  }

  async list(labels: Labels): Promise<EngineSandbox[]> {
    const { items } = await this.#runtime.call('ListPodSandbox', { filter: { labelSelector: labels } });
    const sandboxes = await Promise.all(items.map(({ id }) => this.#status(id)));
    return sandboxes.filter((sandbox) => sandbox !== undefined).sort((a, b) => b.createdAt - a.createdAt);
  }

  /** What the sandbox was made from; every container is created with it. */
  async config(id: string): Promise<PodSandboxConfig> {
    const known = this.#configs.get(id);
    if (known !== undefined) return known;
    const { status } = await this.#runtime.call('PodSandboxStatus', { podSandboxId: id });
    const config = status === null ? undefined : configOfSandbox(status);
    if (config === undefined) throw new Error(`the sandbox ${id} was not made by this program`);
    this.#configs.set(id, config);
    return config;
  }

  async #status(podSandboxId: string): Promise<EngineSandbox | undefined> {
    const verbose = this.gateway === undefined;
    const response = await unlessGone(this.#runtime.call('PodSandboxStatus', { podSandboxId, verbose }));
    if (response === undefined || response.status === null) return undefined;
    this.gateway ??= gatewayOf(response.info['info'] ?? '');
    return toEngineSandbox(response.status);
  }

  /** A sandbox that was made although the answer was lost. */
  async #findRun({ metadata, labels }: PodSandboxConfig): Promise<{ readonly podSandboxId: string } | undefined> {
    const sandboxes = await this.list(labels);
    const found = sandboxes.find(({ attempt, state }) => attempt === metadata.attempt && state === 'ready');
    return found && { podSandboxId: found.id };
  }
}

function toEngineSandbox({ id, labels, metadata, state, createdAt, network, linux }: PodSandboxStatus): EngineSandbox {
  const isOnHost = linux?.namespaces?.options?.network === 'NODE';
  const ips = [network?.ip ?? '', ...(network?.additionalIps ?? []).map(({ ip }) => ip)].filter((ip) => ip !== '');
  return {
    id,
    labels,
    attempt: metadata.attempt,
    state: state === 'SANDBOX_READY' ? 'ready' : 'notready',
    createdAt: milliseconds(createdAt),
    ips: isOnHost ? hostAddresses() : ips,
  };
}

function hostAddresses(): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const found = addresses.find(({ family, internal }) => family === 'IPv4' && !internal);
  return [found?.address ?? '127.0.0.1'];
}

/** containerd shows the result of its network plugins; CRI-O does not. */
function gatewayOf(info: string): string | undefined {
  interface NetworkResult {
    readonly cniResult?: {
      readonly Interfaces?: Readonly<Record<string, { readonly IPConfigs?: readonly { readonly Gateway?: string }[] | null }>>;
    };
  }
  const { cniResult } = (info === '' ? {} : JSON.parse(info)) as NetworkResult;
  const gateways = Object.values(cniResult?.Interfaces ?? {}).flatMap(({ IPConfigs }) => (IPConfigs ?? []).map(({ Gateway }) => Gateway));
  return gateways.find((gateway) => gateway !== undefined && gateway !== '');
}
