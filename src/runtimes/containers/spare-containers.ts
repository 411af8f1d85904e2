import type { ContainerEngine, EngineContainer, EngineSandbox } from './container-engine.ts';
import type { EngineContainerConfig } from './engine-config.ts';
import { labelNames } from './labels.ts';

/** A container that was created and not started. */
export interface Spare {
  readonly id: string;
  /** Another program made it, and may have started it by now. */
  readonly mayRun: boolean;
}

type Made = Pick<EngineContainer, 'id' | 'sandboxID' | 'labels'>;

/**
 * Containers that were created and not started: made ahead for the next start, or left by a program that ended in between. One is given
 * out only for exactly the configuration that it was made from.
 */
export class SpareContainers {
  readonly #engine: ContainerEngine;
  readonly #spares = new Map<string, Promise<(Made & { readonly mayRun: boolean }) | undefined>>();

  constructor(engine: ContainerEngine) {
    this.#engine = engine;
  }

  /** One that another program left. */
  add(container: string, left: Made): void {
    this.#spares.set(container, Promise.resolve({ ...left, mayRun: true }));
  }

  /** Makes one ahead; a failure is left to the attempt that needs it. */
  make(sandbox: EngineSandbox, config: EngineContainerConfig): void {
    const making = this.#engine.createContainer(sandbox, config).then(
      ({ id }) => ({ id, sandboxID: sandbox.id, labels: config.labels, mayRun: false }),
      () => undefined,
    );
    this.#spares.set(config.name, making);
  }

  /** The spare container for this configuration; one for another is removed. */
  async take(sandbox: EngineSandbox, config: EngineContainerConfig): Promise<Spare | undefined> {
    const making = this.#spares.get(config.name);
    this.#spares.delete(config.name);
    const spare = await making;
    if (spare === undefined || isMadeFrom(spare, sandbox, config)) return spare;
    await this.#engine.removeContainer(spare.id);
    return undefined;
  }

  /** Resolves when none is being made. */
  async settled(): Promise<void> {
    await Promise.all(this.#spares.values());
  }
}

export function isMadeFrom(
  { sandboxID, labels }: Pick<Made, 'sandboxID' | 'labels'>,
  sandbox: EngineSandbox,
  config: EngineContainerConfig,
): boolean {
  return sandboxID === sandbox.id && labels[labelNames.config] === config.labels[labelNames.config];
}
