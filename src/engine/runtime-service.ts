import type { RuntimeReport } from '../lifecycle/create-state.ts';
import type { Container, Pod, VolumeMount } from '../pod/types.ts';
import type { References } from '../pod/references.ts';

/**
 * What the engine asks of a container runtime, in the CRI's verbs. One runtime serves many Pods; everything about one
 * Pod goes through its `PodRuntime`. Implementations do I/O only: every decision is the core's.
 */
export interface RuntimeService {
  /** As it stands in container IDs ("process://..."). */
  readonly name: string;
  /** One line on what it is, for the first line of `outrider run`. */
  readonly description: string;
  /**
   * What of this Pod the runtime cannot honour. `refuse`: the Pod must not run; `warn`: it runs, and the field is named once.
   */
  admit(pod: Pod): Admission;
  /** How its Pods are reached; may be known better once one runs. */
  readonly podNetwork: PodNetwork;
  /** Does no I/O yet. `published`: ports of the machine that lead to the Pod, beside its own hostPorts. */
  pod(pod: Pod, references: References, listener: RuntimeListener, published?: readonly PortMapping[]): PodRuntime;
  /** Ends everything of every Pod at once and releases what the runtime holds. */
  close(): Promise<void>;
  /**
   * Whether containers go on when this program ends: then a later one takes them over (`PodRuntime.recover`), and `release` lets go
   * of them without ending anything. False: they end with this program, and `release` is `close`.
   */
  readonly outlivesSupervisor: boolean;
  release(): Promise<void>;
  /** Loads an image archive (`docker save`, or an OCI layout in a tar file); gives the names of its images. Rejects where there are no images. */
  loadImages(file: string): Promise<readonly string[]>;
  /** Removes what Pods of this state folder have left that are not among `known` (UIDs): one line for each thing removed. */
  prune(known: ReadonlySet<string>): Promise<readonly string[]>;
}

/** Where the Pods of a runtime are. */
export type PodNetwork =
  /** All share the machine's network: every Pod is 127.0.0.1. */
  | { readonly kind: 'machine' }
  /**
   * Each has an address of its own. `isLocal`: the runtime is on this machine. `gateway`: this machine's address on the Pods' network,
   * undefined while unknown.
   */
  | { readonly kind: 'pod'; readonly isLocal: boolean; readonly gateway: string | undefined };

/** A port of the machine that leads to a port of the Pod. */
export interface PortMapping {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly containerPort: number;
  readonly hostPort: number;
  /** Empty: all addresses. */
  readonly hostIP: string;
}

export interface Admission {
  readonly refuse: readonly FieldProblem[];
  readonly warn: readonly FieldProblem[];
}

export interface FieldProblem {
  /** Field path, e.g. `spec.containers[0].securityContext.seccompProfile`. */
  readonly field: string;
  /** What is not honoured and what to use instead: one sentence. */
  readonly message: string;
}

/** What a runtime reports by itself. Times are milliseconds since the epoch. */
export interface RuntimeListener {
  containerExited(exit: ContainerExit): void;
  /** The sandbox ended without being asked to. Its containers' exits are reported first. */
  sandboxLost(sandboxID: string, reason: string): void;
  /** A volume grew past its sizeLimit: the kubelet evicts the Pod (message as the kubelet's). */
  evicted(message: string): void;
  /** Output of a container, for showing it live; the log file is written before. One call a line, without the newline. */
  output(line: LogLine): void;
  /** How far the pull of a container's image is. */
  pullProgress(container: string, progress: PullProgress): void;
}

export interface PullProgress {
  /** In the image's order; a layer that is there already counts as complete. */
  readonly layers: readonly PullLayer[];
}

export interface PullLayer {
  /** Digest or short ID. */
  readonly id: string;
  readonly state: 'waiting' | 'downloading' | 'extracting' | 'complete';
  readonly currentBytes: number;
  /** 0 while unknown. */
  readonly totalBytes: number;
}

export interface ContainerExit {
  readonly containerID: string;
  readonly name: string;
  /** 128 + signal number when a signal ended it. */
  readonly exitCode: number;
  readonly signal?: number;
  /** `OOMKilled` when the kernel killed it for memory; otherwise absent (the core says Completed or Error). */
  readonly reason?: 'OOMKilled';
  /** The termination message by terminationMessagePath and terminationMessagePolicy, already cut to 4096 bytes. */
  readonly message?: string;
  readonly startedAt: number;
  readonly finishedAt: number;
}

export interface LogLine {
  readonly container: string;
  readonly stream: 'stdout' | 'stderr';
  readonly time: number;
  readonly text: string;
}

export interface PodRuntime {
  /**
   * Called first, when the Pod was supervised before: what the runtime still has of it; from then on it reports exits of what runs.
   * Undefined: nothing is left of it. The status is not the runtime's to know.
   */
  recover(): Promise<Omit<RuntimeReport, 'status'> | undefined>;
  /** Mounts every volume of the Pod. Rejects with `RuntimeError` reason `FailedMount`; called again later then. */
  mountVolumes(): Promise<void>;
  runPodSandbox(attempt: number): Promise<PodSandbox>;
  /**
   * Present already, or pulled now; `pulling` is called when a pull begins, with the names of the imagePullSecrets that are not there. Rejects with `RuntimeError` (ErrImagePull,
   * ErrImageNeverPull, InvalidImageName, ...).
   */
  ensureImage(container: Container, pulling: (missingPullSecrets: readonly string[]) => void): Promise<ImagePull>;
  /**
   * Builds the container's configuration (environment, mounts, user) and creates it. Rejects with `RuntimeError`
   * (CreateContainerConfigError, CreateContainerError).
   */
  createContainer(container: Container, attempt: ContainerAttempt): Promise<CreatedContainer>;
  /**
   * Resolves once the container's process runs. Rejects with `RuntimeError` reason `RunContainerError` when the command cannot
   * be executed; the container has then ended as `StartError` with `exitCode` 128 (127 by some engines) and no exit is reported.
   */
  startContainer(containerID: string): Promise<StartedContainer>;
  /**
   * Sends the stop signal now and SIGKILL after `gracePeriodMs`. Called again with less, it shortens. Resolves when the container
   * has ended (its exit is reported to the listener before that).
   */
  stopContainer(containerID: string, gracePeriodMs: number): Promise<void>;
  /** Removes a container that has ended (the log files stay). */
  removeContainer(containerID: string): Promise<void>;
  /** Runs a command inside a running container, without a shell. Never rejects for what the command does. */
  execSync(containerID: string, command: readonly string[], timeoutMs: number | undefined): Promise<ExecResult>;
  /** Runs a command inside a running container with streams. Rejects when it cannot be run at all. */
  exec(containerID: string, options: ExecOptions): Promise<ExecSession>;
  /** Joins the streams of the container's own process. */
  attach(containerID: string, options: Omit<ExecOptions, 'command'>): Promise<ExecSession>;
  /** `References.hosts()` gives other names or addresses now: running containers are to see them in /etc/hosts soon. Never throws. */
  namesChanged(): void;
  /**
   * The words that put a command of this machine into the Pod's network, where its address cannot be reached from outside; undefined
   * where it can.
   */
  networkEntry?(): readonly string[] | undefined;
  stopPodSandbox(): Promise<void>;
  /** Removes everything of the Pod but its logs: sandbox, containers, volumes that end with the Pod. */
  removePod(): Promise<void>;
  /** Folder of the container's CRI log files, `N.log` for restart N. */
  logDirectory(container: string): string;
}

export interface PodSandbox {
  readonly id: string;
  /** First one is status.podIP. */
  readonly ips: readonly string[];
  readonly hostIPs: readonly string[];
}

export interface ImagePull {
  readonly alreadyPresent: boolean;
  /** status.containerStatuses[].image and imageID. */
  readonly image: string;
  readonly imageID: string;
  readonly sizeBytes?: number;
  readonly durationMs?: number;
}

export interface ContainerAttempt {
  /** The restartCount that the new container will have; also the number of its log file. */
  readonly restartCount: number;
  readonly podIPs: readonly string[];
  readonly hostIPs: readonly string[];
  /** An ephemeral container joins the PID namespace of this one (`targetContainerName`). */
  readonly targetID?: string;
}

export interface CreatedContainer {
  /** Without the runtime's prefix. */
  readonly containerID: string;
  /** What status.containerStatuses[].volumeMounts and .user show. */
  readonly volumeMounts?: readonly VolumeMount[];
  readonly user?: { readonly linux: { readonly uid: number; readonly gid: number; readonly supplementalGroups?: readonly number[] } };
}

export interface StartedContainer {
  readonly startedAt: number;
  /** The process on this machine, where there is one. */
  readonly pid?: number;
}

export type ExecResult =
  | { readonly kind: 'exited'; readonly exitCode: number; readonly output: string }
  | { readonly kind: 'timeout'; readonly output: string }
  /** It could not be run at all (no such program, the container is gone). */
  | { readonly kind: 'error'; readonly message: string };

export interface ExecOptions {
  readonly command: readonly string[];
  readonly tty: boolean;
  /** Whether there is input; otherwise the command reads an end of file. */
  readonly stdin: boolean;
  output(stream: 'stdout' | 'stderr', chunk: Uint8Array): void;
}

/** A command under way, or the streams of a container that were joined. */
export interface ExecSession {
  /** Resolves when more can be taken. */
  write(chunk: Uint8Array): Promise<void>;
  endInput(): void;
  /** Of the terminal; without one it does nothing. */
  resize(columns: number, rows: number): void;
  /** Reads no more output until `resume`: a command that goes on writing has to wait. What has been read already may still come. */
  pause(): void;
  resume(): void;
  /** The exit code, after the last output; undefined when the streams ended without one (attach). Rejects when the connection was lost. */
  readonly exited: Promise<number | undefined>;
  /** Leaves: a command that still runs is ended where the runtime can, a container is not. */
  close(): void;
}

/** A failure that the Pod's status shows: `reason` is the API's waiting reason. */
export class RuntimeError extends Error {
  readonly reason: string;
  /** Exit code of a container that could not be started (StartError). */
  readonly exitCode: number | undefined;

  constructor(reason: string, message: string, options: { cause?: unknown; exitCode?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'RuntimeError';
    this.reason = reason;
    this.exitCode = options.exitCode;
  }
}
