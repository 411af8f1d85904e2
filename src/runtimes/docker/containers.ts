import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EngineContainer, EngineSandbox, Labels } from '../containers/container-engine.ts';
import type { EngineContainerConfig } from '../containers/engine-config.ts';
import type { ContainerInspect, ContainerSummary } from './api-types.ts';
import { containerBody } from './container-body.ts';
import type { EngineKind } from './engine-kind.ts';
import type { Exits } from './exits.ts';
import { ApiError, filters, type HttpApi } from './http-api.ts';
import { labelFilter, ownLabels } from './labels.ts';
import { uniqueName } from './names.ts';
import { asStartFailure } from './start-failure.ts';
import { containerOf } from './statuses.ts';
import { TrackedContainer } from './tracked-container.ts';
import type { PodVolumes } from './pod-volumes.ts';

/** Makes, starts and removes the containers of Pods. */
export class Containers {
  readonly #api: HttpApi;
  readonly #kind: EngineKind;
  readonly #exits: Exits;
  readonly #volumes: PodVolumes;

  constructor(api: HttpApi, kind: EngineKind, exits: Exits, volumes: PodVolumes) {
    this.#api = api;
    this.#kind = kind;
    this.#exits = exits;
    this.#volumes = volumes;
  }

  async create(sandbox: EngineSandbox, config: EngineContainerConfig): Promise<{ readonly id: string }> {
    const logDirectory = sandbox.labels[ownLabels.logDirectory] ?? '';
    if (this.#kind.writesLogs) mkdirSync(dirname(join(logDirectory, config.logPath)), { recursive: true });
    const mounts = await this.#volumes.mounts(sandbox, config.mounts);
    const name = uniqueName(sandbox.labels['io.kubernetes.pod.name'] ?? 'pod', config.name, config.attempt);
    const body = containerBody(sandbox, config, this.#kind, mounts);
    const { Id } = await this.#api.call<{ Id: string }>('POST', '/containers/create', { query: { name }, body });
    const hasMemoryLimit = config.resources.memoryLimitBytes !== undefined;
    this.#exits.created(new TrackedContainer(created(Id, sandbox, config), config.tty, hasMemoryLimit));
    return { id: Id };
  }

  async start(id: string): Promise<{ readonly startedAt: number }> {
    const container = await this.#exits.find(id);
    try {
      await this.#exits.prepare(container);
      await this.#api.call('POST', `/containers/${id}/start`);
    } catch (error) {
      container.notStarted();
      throw asStartFailure(error);
    }
    if (container.startTime === 0) container.startedAt(Date.now());
    const startedAt = container.startTime;
    // After whoever waits for the start has heard of it.
    setImmediate(() => container.begun());
    return { startedAt };
  }

  async remove(id: string): Promise<void> {
    try {
      await this.#api.call('DELETE', `/containers/${id}`, { query: { force: true, v: true } });
    } catch (error) {
      // Gone, or being removed.
      if (!(error instanceof ApiError && (error.isNotFound || (error.status === 409 && /in progress/.test(error.message))))) throw error;
    }
    this.#exits.forget(id);
  }

  async status(id: string): Promise<EngineContainer | undefined> {
    const inspect = await this.inspect(id);
    return inspect && containerOf(inspect);
  }

  async list(labels: Labels): Promise<EngineContainer[]> {
    const all = await this.inspectAll({ ...labels, [ownLabels.kind]: 'container' });
    for (const inspect of all) if (inspect.State.Running) this.#exits.adopt(inspect);
    return all.map(containerOf);
  }

  /** All that have these labels, in whatever state. */
  async inspectAll(labels: Labels): Promise<ContainerInspect[]> {
    const query = { all: true, filters: filters({ label: labelFilter(labels) }) };
    const summaries = await this.#api.call<ContainerSummary[]>('GET', '/containers/json', { query });
    const found = await Promise.all(summaries.map(({ Id }) => this.inspect(Id)));
    return found.filter((inspect) => inspect !== undefined);
  }

  async inspect(id: string): Promise<ContainerInspect | undefined> {
    try {
      return await this.#api.call<ContainerInspect>('GET', `/containers/${id}/json`);
    } catch (error) {
      if (error instanceof ApiError && error.isNotFound) return undefined;
      throw error;
    }
  }
}

function created(id: string, { id: sandboxID }: EngineSandbox, { labels, image }: EngineContainerConfig): EngineContainer {
  return {
    id,
    labels,
    sandboxID,
    state: 'created',
    createdAt: Date.now(),
    startedAt: 0,
    finishedAt: 0,
    exitCode: 0,
    oomKilled: false,
    imageID: image,
  };
}
