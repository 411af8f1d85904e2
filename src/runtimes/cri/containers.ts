import type { EngineContainer, EngineSandbox, Labels } from '../containers/container-engine.ts';
import { StartFailure } from '../containers/container-engine.ts';
import type { EngineContainerConfig } from '../containers/engine-config.ts';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { afterCallsUnderWay, startedBefore } from './calls-under-way.ts';
import { stopSignalAnnotation, toContainerConfig } from './container-config.ts';
import { milliseconds, toEngineContainer } from './container-record.ts';
import type { ContainerdApi } from './containerd-api.ts';
import type { ContainerStatus, RuntimeApi } from './cri-api.ts';
import { CallError, Code, hasCode, isAway } from './grpc/call-error.ts';
import type { Service } from './grpc/service.ts';
import { KnownContainers } from './known-containers.ts';
import type { Sandboxes } from './sandboxes.ts';

/** The containers of the engine. */
export class Containers {
  readonly known = new KnownContainers((id, released) => this.#settled(id, released));
  readonly #runtime: Service<RuntimeApi>;
  readonly #sandboxes: Sandboxes;
  readonly #tasks: ContainerdApi['tasks'] | undefined;
  /** Resolves when exits are told. */
  readonly #watching: () => Promise<void>;
  readonly #imageID: (reference: string) => string;
  readonly #stopSignals = new Map<string, string>();

  constructor(options: {
    readonly runtime: Service<RuntimeApi>;
    readonly sandboxes: Sandboxes;
    readonly tasks: ContainerdApi['tasks'] | undefined;
    readonly watching: () => Promise<void>;
    readonly imageID: (reference: string) => string;
  }) {
    this.#runtime = options.runtime;
    this.#sandboxes = options.sandboxes;
    this.#tasks = options.tasks;
    this.#watching = options.watching;
    this.#imageID = options.imageID;
  }

  async create(sandbox: EngineSandbox, config: EngineContainerConfig): Promise<{ readonly id: string }> {
    const { name, attempt, labels, stopSignal } = config;
    const request = {
      podSandboxId: sandbox.id,
      config: toContainerConfig(config),
      sandboxConfig: await this.#sandboxes.config(sandbox.id),
    };
    const find = (): Promise<{ readonly containerId: string } | undefined> => this.#findCreated(sandbox.id, name, attempt);
    const { containerId: id } = await afterCallsUnderWay(
      () => this.#runtime.call('CreateContainer', request, { lost: find }),
      async () => (await find()) !== undefined,
    );
    if (stopSignal !== undefined) this.#stopSignals.set(id, stopSignal);
    this.known.remember({
      id,
      labels,
      sandboxID: sandbox.id,
      state: 'created',
      createdAt: Date.now(),
      startedAt: 0,
      finishedAt: 0,
      exitCode: 0,
      oomKilled: false,
      imageID: this.#imageID(config.image),
    });
    return { id };
  }

  async start(id: string): Promise<{ readonly startedAt: number }> {
    await this.#watching();
    this.known.starting(id);
    let status: ContainerStatus | undefined;
    try {
      await this.#runtime.call('StartContainer', { containerId: id }, { lost: () => this.#startedStatus(id) });
    } catch (error) {
      status = isAway(error) ? undefined : await startedBefore(error as Error, () => this.#startedStatus(id).catch(() => undefined));
      if (status === undefined) {
        this.known.startEnded(id, false);
        if (!(error instanceof CallError) || isAway(error)) throw error;
        // The CRI knows one exit code for all failures.
        throw new StartFailure(error.message, startErrorCode, { cause: error });
      }
      if (status.state === 'CONTAINER_EXITED') this.known.observe({ type: 'exited', id });
    }
    const startedAt = status === undefined ? this.known.get(id)?.startedAt : milliseconds(status.startedAt);
    this.known.startEnded(id, true);
    return { startedAt: startedAt === undefined || startedAt === 0 ? Date.now() : startedAt };
  }

  /** Resolves with the exit, where exits are told: the engine itself says so a little later. */
  async stop(id: string, gracePeriodMs: number): Promise<void> {
    const kill = new AbortController();
    const calls = [this.#terminate(id, gracePeriodMs), this.#killAfter(id, gracePeriodMs, kill.signal)];
    try {
      await Promise.race([this.#endTold(id), Promise.all(calls)]);
    } finally {
      kill.abort();
      for (const call of calls) call.catch(() => undefined);
    }
  }

  async remove(id: string): Promise<void> {
    // An end that the CRI has not noticed yet would make it stop what does not run.
    if (this.known.get(id)?.state === 'exited') await this.#settled(id, this.known.released(id));
    await unlessGone(this.#runtime.call('RemoveContainer', { containerId: id }));
    this.known.forget(id);
    this.#stopSignals.delete(id);
  }

  async list(labels: Labels): Promise<EngineContainer[]> {
    const { containers } = await this.#runtime.call('ListContainers', { filter: { labelSelector: labels } });
    const statuses = await Promise.all(containers.map(({ id, podSandboxId }) => this.#status(id, podSandboxId)));
    return statuses.filter((status) => status !== undefined).sort((a, b) => b.createdAt - a.createdAt);
  }

  async status(id: string): Promise<EngineContainer | undefined> {
    const sandboxID = this.known.get(id)?.sandboxID ?? (await this.#sandboxOf(id));
    return sandboxID === undefined ? undefined : this.#status(id, sandboxID);
  }

  async outputComplete(id: string): Promise<void> {
    await Promise.race([this.known.released(id), delay(settleMs, undefined, { ref: false })]);
  }

  /** The stop signal, where the engine sends it. */
  async #terminate(id: string, gracePeriodMs: number): Promise<void> {
    const signal = this.#stopSignals.get(id);
    if (gracePeriodMs > 0 && signal !== undefined && this.#tasks !== undefined) {
      const number = constants.signals[signal as NodeJS.Signals] as number | undefined;
      if (number !== undefined) return this.#signal(this.#tasks, id, number, gracePeriodMs);
    }
    await unlessGone(this.#runtime.call('StopContainer', { containerId: id, timeout: Math.ceil(gracePeriodMs / 1000) }));
  }

  /** What the CRI of containerd does for the image's signal, for one that only the Pod names. */
  async #signal(tasks: ContainerdApi['tasks'], id: string, signal: number, gracePeriodMs: number): Promise<void> {
    // Like the engine: once, however often it is asked.
    this.#stopSignals.delete(id);
    await unlessGone(tasks.call('Kill', { containerId: id, signal }));
    await Promise.race([this.#settled(id, this.known.released(id)), delay(gracePeriodMs)]);
  }

  /** The CRI counts in seconds, and from anew when the engine was restarted meanwhile; a call with 0 kills at once. */
  async #killAfter(id: string, gracePeriodMs: number, done: AbortSignal): Promise<void> {
    if (gracePeriodMs === 0) return;
    await delay(gracePeriodMs, undefined, { signal: done });
    await unlessGone(this.#runtime.call('StopContainer', { containerId: id, timeout: 0 }));
  }

  /** Never resolves for containers whose exits are not told. */
  #endTold(id: string): Promise<void> {
    return this.known.get(id) === undefined ? new Promise(() => undefined) : this.known.ended(id);
  }

  async #status(id: string, sandboxID: string): Promise<EngineContainer | undefined> {
    const status = await this.#criStatus(id);
    if (status === undefined) return undefined;
    const signal = status.annotations[stopSignalAnnotation];
    if (signal !== undefined && this.known.get(id) === undefined) this.#stopSignals.set(id, signal);
    const known = this.known.get(id);
    const container = toEngineContainer(status, sandboxID);
    return this.known.remember(known?.pid === undefined ? container : { ...container, pid: known.pid });
  }

  async #criStatus(id: string): Promise<ContainerStatus | undefined> {
    const response = await unlessGone(this.#runtime.call('ContainerStatus', { containerId: id }));
    return response?.status ?? undefined;
  }

  /** The engine's own status once it shows the end, or when that takes too long. Undefined: the container is gone. */
  async #settled(id: string, released: Promise<void>): Promise<EngineContainer | undefined> {
    const sandboxID = this.known.get(id)?.sandboxID ?? '';
    const giveUpAt = performance.now() + settleMs;
    for (let waitMs = 2; ; waitMs = Math.min(2 * waitMs, 200)) {
      const status = await this.#criStatus(id);
      if (status === undefined) return undefined;
      if (status.state === 'CONTAINER_EXITED' || performance.now() > giveUpAt) return toEngineContainer(status, sandboxID);
      await Promise.race([released.then(() => delay(releasedMs)), delay(waitMs)]);
    }
  }

  async #sandboxOf(id: string): Promise<string | undefined> {
    const { containers } = await this.#runtime.call('ListContainers', { filter: { id } });
    return containers[0]?.podSandboxId;
  }

  async #findCreated(podSandboxId: string, name: string, attempt: number): Promise<{ readonly containerId: string } | undefined> {
    const { containers } = await this.#runtime.call('ListContainers', { filter: { podSandboxId } });
    const statuses = await Promise.all(containers.map(({ id }) => this.#criStatus(id)));
    const found = statuses.find((status) => status?.metadata.name === name && status.metadata.attempt === attempt);
    return found && { containerId: found.id };
  }

  async #startedStatus(id: string): Promise<ContainerStatus | undefined> {
    const status = await this.#criStatus(id);
    return status?.state === 'CONTAINER_RUNNING' || (status?.state === 'CONTAINER_EXITED' && status.startedAt > 0) ? status : undefined;
  }
}

/** The CRI of containerd takes some tens of milliseconds. */
const settleMs = 10_000;

/** How often it is asked once the engine has let go of the process. */
const releasedMs = 4;

/** As the CRI of containerd notes it, and the kubelet shows it. */
const startErrorCode = 128;

/** Undefined when what the call is about is not there. */
export async function unlessGone<Response>(call: Promise<Response>): Promise<Response | undefined> {
  try {
    return await call;
  } catch (error) {
    if (hasCode(error, Code.NotFound)) return undefined;
    throw error;
  }
}
