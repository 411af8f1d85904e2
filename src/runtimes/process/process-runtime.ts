import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Admission, PodRuntime, RuntimeListener, RuntimeService } from '../../engine/runtime-service.ts';
import { LogWriter } from '../../logs/log-writer.ts';
import type { RotationPolicy } from '../../logs/rotation.ts';
import type { References } from '../../pod/references.ts';
import type { Pod } from '../../pod/types.ts';
import { admitPod } from './admission.ts';
import { closeCgroups, openCgroups } from './cgroup.ts';
import { probeMachine, type LauncherKind, type Machine } from './machine.ts';
import { NamespaceHost } from './namespace-host.ts';
import { PlainHost } from './plain-host.ts';
import type { PodContext, StateFolders } from './pod-host.ts';
import { ProcessPod } from './process-pod.ts';
import { run } from '../shared/run.ts';
import type { StandIns } from './stand-ins.ts';

export interface ProcessRuntimeOptions {
  /** Where logs, persistent volume claims and what runs now are kept. Made when it does not exist. */
  readonly stateDirectory: string;
  readonly standIns: StandIns;
  /** Takes one line that the user should see. */
  readonly warn: (line: string) => void;
  /** Of containers' logs. Default: the kubelet's. */
  readonly logRotation?: RotationPolicy | undefined;
  /** For tests: keeps the runtime from using namespaces. */
  readonly platform?: NodeJS.Platform;
  /** For tests: what containers are made with, where there is a choice. */
  readonly launcher?: LauncherKind;
}

/** Makes the runtime whose containers are processes of this machine. Rejects when the state folder cannot be used. */
export async function createProcessRuntime(options: ProcessRuntimeOptions): Promise<RuntimeService> {
  const folders = makeFolders(options.stateDirectory);
  const machine = await probeMachine(folders.memory, options.platform, options.launcher);
  await removeLeftovers(folders, machine);
  return new ProcessRuntime(options, folders, machine);
}

class ProcessRuntime implements RuntimeService {
  readonly name = 'process';
  readonly outlivesSupervisor = false;
  readonly podNetwork = { kind: 'machine' } as const;
  readonly description: string;
  readonly #context: PodContext;
  readonly #pods = new Set<ProcessPod>();

  constructor({ standIns, warn, logRotation }: ProcessRuntimeOptions, folders: StateFolders, machine: Machine) {
    const logs = new LogWriter({ onError: ({ message }) => warn(message), rotation: logRotation });
    this.#context = { machine, standIns, logs, folders, warn, cgroups: machine.ids === 'none' ? undefined : openCgroups() };
    this.description = describe(machine);
  }

  admit(pod: Pod): Admission {
    return admitPod(pod, this.#context);
  }

  pod(pod: Pod, references: References, listener: RuntimeListener): PodRuntime {
    const context = this.#context;
    const runtime: ProcessPod = new ProcessPod({
      pod,
      references,
      listener,
      context,
      makeHost: (options) => (context.machine.ids === 'none' ? new PlainHost(options) : new NamespaceHost(options)),
      removed: () => this.#pods.delete(runtime),
    });
    this.#pods.add(runtime);
    return runtime;
  }

  release(): Promise<void> {
    return this.close();
  }

  loadImages(): Promise<never> {
    return Promise.reject(new Error('the process runtime has no images: stand-ins say what an image would run'));
  }

  /** Only the folders of Pods whose supervisor went down with the machine are ever left. */
  prune(): Promise<readonly string[]> {
    return removeLeftovers(this.#context.folders, this.#context.machine);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pods].map((pod) => pod.removePod()));
    const { logs, machine, cgroups } = this.#context;
    await logs.close();
    if (cgroups !== undefined) closeCgroups(cgroups);
    machine.close();
  }
}

function describe({ ids, overlay }: Machine): string {
  if (ids === 'none') return 'processes of this machine, without namespaces';
  const who = { machine: 'as root', subordinate: 'without root', user: 'without root, all ids mapped to the user' }[ids];
  return `processes of this machine in namespaces, ${who}, ${overlay ? 'on a private layer over its files' : 'its files read-only'}`;
}

function makeFolders(stateDirectory: string): StateFolders {
  try {
    mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
    const state = realpathSync(stateDirectory);
    if (/[,:"\\\n]/.test(state))
      throw new Error('its path must have none of , : " \\ or line breaks in it, which mount options cannot carry');
    const folders = {
      state,
      memory: join(state, 'memory'),
      pods: join(state, 'pods'),
      claims: join(state, 'claims'),
      logs: join(state, 'logs'),
    };
    for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folders;
  } catch (error) {
    throw new Error(`the state folder ${stateDirectory} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

/** Removes the Pods' folders of supervisors that have ended, should a whole machine have gone down with them: one line for each. */
async function removeLeftovers(folders: StateFolders, { enter, environment, ids }: Machine): Promise<string[]> {
  const names = readdirSync(folders.pods).filter((name) => !isAlive(Number(name.split('.')[0])));
  if (names.length === 0) return [];
  const paths = names.map((name) => join(folders.pods, name));
  await run([...(ids === 'machine' ? [] : enter), 'rm', '-rf', '--', ...paths], environment).catch(() => undefined);
  return paths.filter((path) => !existsSync(path)).map((path) => `folder ${path}`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
