import { homedir } from 'node:os';
import { findCriSockets } from '../runtimes/cri/find-sockets.ts';
import { findDockerEndpoints } from '../runtimes/docker/find-endpoints.ts';
import type { Config } from './config-file.ts';
import type { Endpoint, EngineKind } from './find-engine.ts';
import { type EngineName, engineNames } from './runtime-choice.ts';

/** What says where engines are: the environment, else the config file; else they are looked for in their usual places. */
export interface EnginePlaces {
  readonly env: NodeJS.ProcessEnv;
  readonly config: Config;
}

/** The kinds of engines that a choice allows, in the order in which they are asked. */
export function engineKinds(choice: EngineName | 'auto', { env, config }: EnginePlaces): EngineKind[] {
  const places = {
    ...env,
    DOCKER_HOST: env['DOCKER_HOST'] || config.dockerHost,
    CONTAINER_HOST: env['CONTAINER_HOST'] || config.podmanHost,
    CONTAINER_RUNTIME_ENDPOINT: env['CONTAINER_RUNTIME_ENDPOINT'] || config.containerdAddress,
  };
  const names = engineNames.filter((name) => choice === 'auto' || choice === name);
  // One that was asked for by name may be busy; without a name the next one is not to wait for it.
  const connectTimeoutMs = choice === 'auto' ? 3000 : 60_000;
  return names.map((name) => ({ name, endpoints: endpointsOf(name, places, connectTimeoutMs) }));
}

function endpointsOf(name: EngineName, places: NodeJS.ProcessEnv, connectTimeoutMs: number): Endpoint[] {
  try {
    return name === 'containerd' ? criEndpoints(places, connectTimeoutMs) : dockerEndpoints(name, places, connectTimeoutMs);
  } catch (error) {
    // What the user has set cannot be used: why it does not answer.
    const unusable = error instanceof Error ? error : new Error(String(error));
    return [{ address: '', connect: () => Promise.reject(unusable) }];
  }
}

function dockerEndpoints(name: 'docker' | 'podman', places: NodeJS.ProcessEnv, connectTimeoutMs: number): Endpoint[] {
  const found = findDockerEndpoints(places, places['HOME'] ?? homedir()).filter((endpoint) => endpoint.name === name);
  return found.map((endpoint) => ({
    address: endpoint.address,
    connect: async () => (await import('../runtimes/docker/create-docker-engine.ts')).createDockerEngine({ ...endpoint, connectTimeoutMs }),
  }));
}

function criEndpoints(places: NodeJS.ProcessEnv, connectTimeoutMs: number): Endpoint[] {
  return findCriSockets(places).map((address) => ({
    address,
    connect: async () => (await import('../runtimes/cri/cri-engine.ts')).createCriEngine({ address, connectTimeoutMs }),
  }));
}
