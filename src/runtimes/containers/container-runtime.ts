import { totalmem } from 'node:os';
import type { Admission, PodNetwork, PodRuntime, PortMapping, RuntimeListener, RuntimeService } from '../../engine/runtime-service.ts';
import { LogWriter } from '../../logs/log-writer.ts';
import type { RotationPolicy } from '../../logs/rotation.ts';
import type { References } from '../../pod/references.ts';
import type { Pod } from '../../pod/types.ts';
import { admitPod } from './admission.ts';
import type { ContainerEngine } from './container-engine.ts';
import { ContainerPod } from './container-pod.ts';
import { ExitDispatcher } from './exit-dispatcher.ts';
import { ImagePuller } from './image-puller.ts';
import { instanceID } from './labels.ts';
import type { RuntimeContext } from './pod-context.ts';
import { pruneRemains } from './prune.ts';
import { leastOOMScoreAdj } from './oom-score.ts';
import { makeStateFolders } from './state-folders.ts';

export interface ContainerRuntimeOptions {
  /** Where logs, persistent volume claims and the volumes of Pods are kept. Made when it does not exist. */
  readonly stateDirectory: string;
  /** Takes one line that the user should see. */
  readonly warn: (line: string) => void;
  /** Where the user's registry logins are found. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Of containers' logs. Default: the kubelet's. */
  readonly logRotation?: RotationPolicy | undefined;
}

/** Makes the runtime whose containers are those of a container engine. Rejects when the state folder cannot be used. */
export function createContainerRuntime(engine: ContainerEngine, options: ContainerRuntimeOptions): Promise<RuntimeService> {
  return Promise.resolve().then(() => new ContainerRuntime(engine, options));
}

class ContainerRuntime implements RuntimeService {
  readonly name: string;
  readonly description: string;
  readonly outlivesSupervisor = true;
  readonly #context: RuntimeContext;
  readonly #pods = new Set<ContainerPod>();

  constructor(engine: ContainerEngine, { stateDirectory, warn, env = process.env, logRotation }: ContainerRuntimeOptions) {
    this.name = engine.name;
    this.description = engine.description;
    const folders = makeStateFolders(stateDirectory);
    const instance = instanceID(folders.state);
    this.#context = {
      engine,
      exits: new ExitDispatcher(engine, instance, warn),
      puller: new ImagePuller(engine),
      logs: new LogWriter({ onError: ({ message }) => warn(message), rotation: logRotation }),
      folders,
      instance,
      resourceFacts: { memoryBytes: totalmem(), minOOMScoreAdj: leastOOMScoreAdj() },
      env,
      warn,
    };
  }

  get podNetwork(): PodNetwork {
    return { kind: 'pod', isLocal: true, gateway: this.#context.engine.features.gateway };
  }

  admit(pod: Pod): Admission {
    return admitPod(pod, this.#context.engine);
  }

  pod(pod: Pod, references: References, listener: RuntimeListener, published: readonly PortMapping[] = []): PodRuntime {
    const runtime: ContainerPod = new ContainerPod({
      pod,
      references,
      listener,
      published,
      context: this.#context,
      removed: () => this.#pods.delete(runtime),
    });
    this.#pods.add(runtime);
    return runtime;
  }

  async loadImages(file: string): Promise<readonly string[]> {
    return this.#context.engine.loadImages(file);
  }

  prune(known: ReadonlySet<string>): Promise<readonly string[]> {
    return pruneRemains(known, this.#context);
  }

  async close(): Promise<void> {
    const removals = await Promise.allSettled([...this.#pods].map((pod) => pod.removePod()));
    await this.release();
    for (const removal of removals) if (removal.status === 'rejected') throw removal.reason;
  }

  async release(): Promise<void> {
    for (const pod of this.#pods) pod.release();
    this.#pods.clear();
    await this.#context.logs.close();
    await this.#context.engine.close();
  }
}
