import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { PodStore } from '../agent/pod-store.ts';
import { PodSupervisor } from '../agent/pod-supervisor.ts';
import { ownIdentity } from '../agent/process-identity.ts';
import { RuntimePool } from '../agent/runtime-pool.ts';
import type { RuntimeFactory } from '../agent/runtime-pool.ts';
import { socketDirectory } from '../agent/sockets.ts';
import type { RunListener } from '../engine/run-listener.ts';
import { createHandlerRunner } from '../handlers/handler-runner.ts';
import { PodNetworks } from '../handlers/pod-network.ts';
import { machineResources } from './machine-resources.ts';
import { systemClock } from './system-clock.ts';

export interface SupervisorSettings {
  readonly stateDirectory: string;
  readonly makeRuntime: RuntimeFactory;
  readonly listener: RunListener;
  /** One line for the person. */
  readonly notice: (line: string) => void;
  /** Nothing runs any more. */
  readonly idle?: () => void;
}

/** As it is built, beside the folder of this module. */
const podNetworkProgram = fileURLToPath(new URL('../cli/pod-network.js', import.meta.url));

/** The supervisor of this process. Makes the state folder where there is none. */
export function createSupervisor({ stateDirectory, makeRuntime, ...settings }: SupervisorSettings): PodSupervisor {
  mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
  return new PodSupervisor({
    identity: ownIdentity(),
    stateDirectory,
    socketDirectory: socketDirectory(stateDirectory),
    store: new PodStore({ stateDirectory, warn: settings.notice }),
    runtimes: new RuntimePool(makeRuntime),
    handlers: createHandlerRunner(systemClock, new PodNetworks(podNetworkProgram)),
    clock: systemClock,
    newUID: randomUUID,
    ...settings,
    environment: { nodeName: hostname(), allocatable: machineResources() },
  });
}
