import type { RuntimeService } from '../engine/runtime-service.ts';
import type { Config } from './config-file.ts';
import { engineKinds } from './engine-kinds.ts';
import { Failure } from './failure.ts';
import { findEngine } from './find-engine.ts';
import { type RequestedRuntime, type RuntimeName, requestedRuntime, runtimeChoice } from './runtime-choice.ts';
import { logRotation } from './log-rotation.ts';
import { loadStandIns } from './stand-in-files.ts';

export interface RuntimeSettings {
  readonly stateDirectory: string;
  readonly env: NodeJS.ProcessEnv;
  readonly config: Config;
  /** Takes one line that the user should see. */
  readonly warn: (line: string) => void;
}

export interface CreatedRuntime {
  /** What chooses this runtime again: `--runtime`, and what records of Pods name. */
  readonly name: RuntimeName;
  readonly runtime: RuntimeService;
  /** Why it was chosen, where the user did not say it on the command line. */
  readonly reason: string | undefined;
}

/**
 * Makes runtimes by name as they are needed. `choice` undefined: what the environment or the config file says, else `auto`.
 * `standIns`: files that say what images are on the process runtime.
 */
export function runtimeFactory(
  settings: RuntimeSettings,
): (choice: string | undefined, standIns: readonly string[]) => Promise<CreatedRuntime> {
  const { env, config } = settings;
  return (choice, standIns) => {
    const requested =
      choice === undefined
        ? requestedRuntime({ flag: undefined, env, config })
        : { choice: runtimeChoice(choice, 'runtime'), chosenBy: undefined };
    return createRuntime(requested, standIns, settings);
  };
}

/**
 * Makes the runtime that was asked for; with `auto` the first container engine that answers, else the process runtime. What the
 * others need is not loaded.
 *
 * @param standIns - Files that say what images are on the process runtime; a later one wins.
 * @throws {Failure} when the engine that was asked for does not answer.
 */
export async function createRuntime(
  { choice, chosenBy }: RequestedRuntime,
  standIns: readonly string[],
  settings: RuntimeSettings,
): Promise<CreatedRuntime> {
  const by = chosenBy === undefined || chosenBy === '--runtime' ? undefined : `chosen by ${chosenBy}`;
  if (choice === 'process') return { name: 'process', runtime: await createEmbedded(standIns, settings), reason: by };
  const { found, problems } = await findEngine(engineKinds(choice, settings));
  if (found !== undefined) {
    const { createContainerRuntime } = await import('../runtimes/containers/container-runtime.ts');
    const { stateDirectory, warn, env, config } = settings;
    const runtime = await createContainerRuntime(found.engine, { stateDirectory, warn, env, logRotation: logRotation(config) });
    return { name: found.name, runtime, reason: choice === 'auto' ? 'first engine that answers' : by };
  }
  if (choice !== 'auto') throw new Failure(`${problems.join('; ')}; ${remedies[choice]}, or choose another runtime with --runtime`);
  return { name: 'process', runtime: await createEmbedded(standIns, settings), reason: `no engine answers: ${problems.join('; ')}` };
}

/** A runtime's description for people: what it is, and why it was chosen. */
export function describeRuntime({ runtime: { name, description }, reason }: CreatedRuntime): { name: string; description: string } {
  return { name, description: reason === undefined ? description : `${description} (${reason})` };
}

const remedies = {
  docker: 'start Docker, or say where it is with DOCKER_HOST',
  podman: 'start its service (podman system service, or systemctl start podman.socket), or say where it is with CONTAINER_HOST',
  containerd: 'start containerd or CRI-O, or say where it is with CONTAINER_RUNTIME_ENDPOINT',
} as const;

async function createEmbedded(standIns: readonly string[], { stateDirectory, warn, config }: RuntimeSettings): Promise<RuntimeService> {
  const { createProcessRuntime } = await import('../runtimes/process/process-runtime.ts');
  return createProcessRuntime({ stateDirectory, standIns: await loadStandIns(standIns), warn, logRotation: logRotation(config) });
}
