import type { ExecOptions, ExecResult, ExecSession } from '../../engine/runtime-service.ts';
import type { Container as ContainerSpec, Pod } from '../../pod/types.ts';
import type { References } from '../../pod/references.ts';
import type { LogWriter } from '../../logs/log-writer.ts';
import type { CgroupRoot } from './cgroup.ts';
import type { ContainerConfig } from './container-config.ts';
import type { ContainerProcess } from './container.ts';
import type { Machine } from './machine.ts';
import type { StandIns } from './stand-ins.ts';
import type { ContainerUser } from './users.ts';
import type { MountedVolume } from './volumes.ts';

/** What holds the processes of one Pod: namespaces, or nothing but process groups. */
export interface PodHost {
  readonly volumes: ReadonlyMap<string, MountedVolume>;
  /** Rejects with `RuntimeError` FailedMount. */
  mountVolumes(): Promise<void>;
  startSandbox(): Promise<void>;
  /** Into the PID namespace of `targetPid`, where one is given. Rejects with `ConfigError`, or with what the machine refused. */
  create(container: ContainerSpec, config: ContainerConfig, id: string, targetPid?: number): Promise<CreatedProcess>;
  /** Brings /etc/hosts of the running containers up to date. */
  refreshNames(): void;
  /** Ends every container. */
  stopSandbox(): Promise<void>;
  /** Removes what is left of the Pod. */
  remove(): Promise<void>;
}

export interface CreatedProcess {
  readonly process: ContainerProcess;
  readonly user: ContainerUser;
  /** Where this program finds the termination message. */
  readonly terminationLog: string;
  /** Runs a command beside the container's process. */
  exec(command: readonly string[], timeoutMs: number | undefined): Promise<ExecResult>;
  /** The same with streams. Rejects when it cannot be run. */
  session(options: ExecOptions): Promise<ExecSession>;
}

/** What all Pods of the process runtime share. */
export interface PodContext {
  readonly machine: Machine;
  readonly standIns: StandIns;
  readonly logs: LogWriter;
  readonly cgroups: CgroupRoot | undefined;
  readonly folders: StateFolders;
  /** One line for the user. */
  readonly warn: (line: string) => void;
}

/** Folders under the state folder. */
export interface StateFolders {
  readonly state: string;
  /** Where every Pod process mounts its own files in memory; itself always empty. */
  readonly memory: string;
  /** A folder for each Pod that runs, called `PID.UID` after the supervisor and the Pod. */
  readonly pods: string;
  /** Folders of persistent volume claims: `NAMESPACE/NAME`. */
  readonly claims: string;
  readonly logs: string;
}

export interface HostOptions {
  readonly pod: Pod;
  readonly references: References;
  readonly context: PodContext;
  /** The sandbox ended without being asked to; every container's exit has been told. */
  readonly onLost: (reason: string) => void;
}

/** The one address of every Pod here: all share the machine's network. */
export const podIP = '127.0.0.1';
