import type { ExecOptions, ExecResult, ExecSession, PullProgress } from '../../engine/runtime-service.ts';
import type { EngineContainerConfig, SandboxConfig } from './engine-config.ts';

/**
 * A container engine of this machine, in the verbs and the shapes of the CRI. What is the same for all engines (volumes, environment,
 * users, log files, termination messages, taking over) is done above it, in `ContainerPod`.
 */
export interface ContainerEngine {
  /** The scheme of container IDs: `containerd`, `cri-o`, `docker`, `podman`. */
  readonly name: string;
  /** Product, version and address, e.g. `containerd 1.6.20 at /run/containerd/containerd.sock`. */
  readonly description: string;
  readonly features: EngineFeatures;

  /** Undefined when the image is not there. `reference` is normalised: `docker.io/library/busybox:1.36`. */
  imageStatus(reference: string): Promise<EngineImage | undefined>;
  /** Tries one set of credentials. Rejects with `PullError`. Aborting ends the pull. */
  pullImage(reference: string, options: PullOptions): Promise<EngineImage>;
  /** Loads an archive as `docker save` writes it, or an OCI layout as a tar file; gives the names of its images. */
  loadImages(file: string): Promise<string[]>;

  runSandbox(config: SandboxConfig): Promise<EngineSandbox>;
  /** Ends its containers at once, and the sandbox. It is no error when it has ended or is gone. */
  stopSandbox(id: string): Promise<void>;
  removeSandbox(id: string): Promise<void>;
  /** All sandboxes that have these labels, newest first, those that ended included. */
  listSandboxes(labels: Labels): Promise<EngineSandbox[]>;

  createContainer(sandbox: EngineSandbox, config: EngineContainerConfig): Promise<{ readonly id: string }>;
  /** Resolves once the process runs. Rejects with `StartFailure` when the command cannot be executed. */
  startContainer(id: string): Promise<{ readonly startedAt: number }>;
  /**
   * The stop signal now, SIGKILL after the grace period; resolves when the container has ended. May be called again with less while
   * a call is under way. Zero: SIGKILL at once.
   */
  stopContainer(id: string, gracePeriodMs: number): Promise<void>;
  /** It is no error when it is gone. */
  removeContainer(id: string): Promise<void>;
  listContainers(labels: Labels): Promise<EngineContainer[]>;
  /** Undefined when it is gone. */
  containerStatus(id: string): Promise<EngineContainer | undefined>;

  execSync(id: string, command: readonly string[], timeoutMs: number | undefined): Promise<ExecResult>;
  exec(id: string, options: ExecOptions): Promise<ExecSession>;
  attach(id: string, options: Omit<ExecOptions, 'command'>): Promise<ExecSession>;

  /**
   * Where the engine writes no CRI log file (`features.writesLogs` false): gives a container's output from its beginning, or from
   * `since` on, until it ends or `signal` aborts. Called before the container is started.
   */
  followOutput?(id: string, follow: FollowOutput): Promise<void>;

  /**
   * Where the engine writes the log files (`features.writesLogs`) and tells an exit as soon as the process has ended: resolves once the
   * log file of a container that ended holds all of its output, some tens of milliseconds later. Never rejects.
   */
  outputComplete?(id: string): Promise<void>;

  /**
   * Where the engine is root and this program is not: gives it folders of this machine, all below `root`, that containers have made as
   * other users, so that it can remove them.
   */
  giveBackFolders?(root: string, folders: readonly string[]): Promise<void>;

  /**
   * Where the engine writes the log files (`features.writesLogs`): after a container's was renamed, it goes on in a new one, which is
   * there when this resolves. Rejects when the container does not run.
   */
  reopenContainerLog?(id: string): Promise<void>;

  /** Tells what happens in the engine from now on, within milliseconds. Stops when the engine is closed. */
  watch(listener: EngineListener): void;
  close(): Promise<void>;
}

export type Labels = Readonly<Record<string, string>>;

export interface EngineFeatures {
  /** It writes CRI log files to `SandboxConfig.logDirectory` itself. */
  readonly writesLogs: boolean;
  /** Whether this program may mount file systems that the engine then sees (it is root on the same machine). */
  readonly canMount: boolean;
  /** Security profiles that it can apply. */
  readonly seccomp: boolean;
  readonly apparmor: boolean;
  /** It mounts images as volumes. */
  readonly imageVolumes: boolean;
  /** Users who are not root have the capabilities that are added too (Podman); a kubelet's engines keep them for programs with file capabilities. */
  readonly ambientCapabilities: boolean;
  /** The host's addresses as containers see them (gateway of the Pod network), for the Service proxy; undefined: unknown. */
  readonly gateway?: string;
}

export interface EngineImage {
  /** As status.containerStatuses[].imageID shows it: a repo digest, else the ID. */
  readonly imageID: string;
  /** As status.containerStatuses[].image shows it: a repo tag, else what was asked for. */
  readonly image: string;
  readonly sizeBytes: number;
  readonly config: EngineImageConfig;
}

/** What of an image's configuration decides how a container of it runs. */
export interface EngineImageConfig {
  /** `user`, `user:group`, names or numbers. */
  readonly user: string;
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: readonly string[];
  readonly workingDir?: string;
  readonly stopSignal?: string;
  readonly volumes?: readonly string[];
}

export interface PullOptions {
  readonly auth: RegistryAuth | undefined;
  readonly progress: (progress: PullProgress) => void;
  readonly signal: AbortSignal;
}

export interface RegistryAuth {
  readonly serverAddress: string;
  readonly username?: string;
  readonly password?: string;
  readonly identityToken?: string;
  readonly registryToken?: string;
}

/** `unauthorized`: other credentials may do. `unavailable`: RegistryUnavailable, `signature`: SignatureValidationFailed. */
export class PullError extends Error {
  readonly kind: 'unauthorized' | 'not-found' | 'unavailable' | 'signature' | 'other';

  constructor(kind: PullError['kind'], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'PullError';
    this.kind = kind;
  }
}

/** A container whose command could not be executed: 127 not found, 126 not executable, 128 otherwise. */
export class StartFailure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StartFailure';
    this.exitCode = exitCode;
  }
}

export interface EngineSandbox {
  readonly id: string;
  readonly labels: Labels;
  readonly attempt: number;
  readonly state: 'ready' | 'notready';
  readonly createdAt: number;
  /** Its addresses; with the host's network, the host's. */
  readonly ips: readonly string[];
  /** Its process on this machine, where the engine tells it. */
  readonly pid?: number;
}

export interface EngineContainer {
  readonly id: string;
  readonly labels: Labels;
  readonly sandboxID: string;
  readonly state: 'created' | 'running' | 'exited' | 'unknown';
  readonly createdAt: number;
  /** 0 when it was never started. */
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly oomKilled: boolean;
  readonly imageID: string;
  /** The engine's own word on why it could not be started. */
  readonly message?: string;
  readonly pid?: number;
}

export interface FollowOutput {
  /** Nanoseconds since the epoch; only later output is given. */
  readonly since: bigint | undefined;
  readonly signal: AbortSignal;
  output(stream: 'stdout' | 'stderr', chunk: Uint8Array, time: bigint | undefined): void;
}

export interface EngineListener {
  /** A container or a sandbox ended; `status` when the event itself tells all of it. */
  exited(id: string, status?: EngineContainer): void;
  /** The connection was lost and is back: whatever happened meanwhile was missed. */
  reconnected(): void;
  /** The engine does not answer; it is tried again by itself. */
  disconnected(reason: string): void;
}
