import { mkdirSync, readFileSync } from 'node:fs';
import type { PodSandbox } from '../../engine/runtime-service.ts';
import type { EngineSandbox } from './container-engine.ts';
import { hostIPs } from './host-ips.ts';
import { selector } from './labels.ts';
import type { PodContainers } from './pod-containers.ts';
import type { PodOptions } from './pod-context.ts';
import { podLogDirectory, sandboxConfig } from './sandbox-config.ts';

/** The sandbox that a Pod has, and those that it had. */
export class PodSandboxes {
  current: EngineSandbox | undefined;
  /** Those that were stopped in full. */
  readonly stopped = new Set<string>();
  readonly #options: PodOptions;
  readonly #containers: PodContainers;

  constructor(options: PodOptions, containers: PodContainers) {
    this.#options = options;
    this.#containers = containers;
  }

  get ips(): readonly string[] | undefined {
    return this.current && ipsOf(this.current);
  }

  async run(attempt: number): Promise<PodSandbox> {
    const { pod, references, published, context } = this.#options;
    const { engine, folders, instance } = context;
    mkdirSync(podLogDirectory(folders.logs, pod), { recursive: true, mode: 0o755 });
    const config = sandboxConfig(pod, attempt, {
      instance,
      logs: folders.logs,
      aliases: references.networkAliases(pod),
      published,
      features: engine.features,
      seccompFolder: folders.seccomp,
      resolvConf: machineResolvConf,
    });
    try {
      return this.take(await engine.runSandbox(config));
    } catch (error) {
      // A call of an earlier program was still under way when this one looked: its sandbox is in the place of this one.
      const found = await engine.listSandboxes(selector(instance, pod.metadata.uid)).catch(() => []);
      const left = found.find((sandbox) => sandbox.attempt === attempt);
      if (left === undefined) throw error;
      if (left.state === 'ready') return this.take(left);
      await engine.stopSandbox(left.id);
      await engine.removeSandbox(left.id);
      return this.take(await engine.runSandbox(config));
    }
  }

  /** Watches over a sandbox that runs. */
  take(sandbox: EngineSandbox): PodSandbox {
    const { exits } = this.#options.context;
    this.current = sandbox;
    exits.watchSandbox(sandbox.id, {
      exited: () => void this.#lost(sandbox.id, 'the sandbox ended'),
      gone: () => void this.#lost(sandbox.id, 'the sandbox is gone'),
    });
    return { id: sandbox.id, ips: ipsOf(sandbox), hostIPs: hostIPs() };
  }

  async stop(): Promise<void> {
    const sandbox = this.current;
    if (sandbox === undefined) return;
    this.release();
    await this.#options.context.engine.stopSandbox(sandbox.id);
    this.stopped.add(sandbox.id);
  }

  release(): void {
    if (this.current !== undefined) this.#options.context.exits.forget(this.current.id);
    this.current = undefined;
  }

  /** Whatever still runs in it is ended, as it has no network or no name any more. */
  async #lost(id: string, reason: string): Promise<void> {
    if (this.current?.id !== id) return;
    this.release();
    const { context, listener } = this.#options;
    await context.engine.stopSandbox(id).catch(() => undefined);
    await this.#containers.allEnded();
    listener.sandboxLost(id, reason);
  }
}

function ipsOf({ ips }: EngineSandbox): readonly string[] {
  return ips.length > 0 ? ips : hostIPs();
}

/** What a local stub of systemd forwards to, where there is one: containers cannot reach the stub. */
function machineResolvConf(): string {
  const text = readFileSync('/etc/resolv.conf', 'utf8');
  if (!/^nameserver\s+127\.0\.0\.53\s*$/m.test(text)) return text;
  try {
    return readFileSync('/run/systemd/resolve/resolv.conf', 'utf8');
  } catch {
    return text;
  }
}
