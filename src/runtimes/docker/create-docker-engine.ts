import type { ContainerEngine } from '../containers/container-engine.ts';
import type { DockerAddress } from './connection.ts';
import { DockerEngine } from './docker-engine.ts';
import { openEngine } from './engine-kind.ts';

export interface DockerEngineOptions extends DockerAddress {
  /** The scheme of container IDs, whatever answers: each of the two takes an address of the other. */
  readonly name: 'docker' | 'podman';
  /** How long the engine may take to answer first; 5 seconds unless told. */
  readonly connectTimeoutMs?: number;
}

/** Connects to an engine by the Docker Engine API. Rejects in time, with one line, when none answers. */
export async function createDockerEngine({ name, connectTimeoutMs, ...address }: DockerEngineOptions): Promise<ContainerEngine> {
  const opened = await openEngine(address, connectTimeoutMs);
  const engine = new DockerEngine(name, address.address, opened);
  await engine.open();
  return engine;
}
