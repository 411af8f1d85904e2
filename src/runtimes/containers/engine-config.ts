import type { PortMapping } from '../../engine/runtime-service.ts';
import type { Labels } from './container-engine.ts';

/** What a sandbox is made from: the CRI's PodSandboxConfig, as far as it is used. */
export interface SandboxConfig {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly attempt: number;
  /** Empty with the host's network. */
  readonly hostname: string;
  readonly labels: Labels;
  /** Names that other Pods on the network may call it by; for engines with a name server of their own. */
  readonly aliases: readonly string[];
  readonly logDirectory: string;
  /** Undefined: the engine's own. */
  readonly dns:
    { readonly servers: readonly string[]; readonly searches: readonly string[]; readonly options: readonly string[] } | undefined;
  readonly portMappings: readonly PortMapping[];
  readonly namespaces: NamespaceModes;
  readonly sysctls: Readonly<Record<string, string>>;
  /** The Pod's own cgroup, where the engine and the machine allow one. */
  readonly cgroupParent: string | undefined;
  /** The Pod's requests and limits, effective. */
  readonly resources: LinuxResources;
  readonly security: SecurityContext;
  readonly runtimeHandler: string;
}

export type { PortMapping };

export interface NamespaceModes {
  readonly network: 'pod' | 'node';
  readonly pid: 'pod' | 'container' | 'node';
  readonly ipc: 'pod' | 'node';
  /** Inside a target container's PID namespace: ephemeral containers. */
  readonly targetID?: string;
}

/** What a container is made from: the CRI's ContainerConfig, as far as it is used. */
export interface EngineContainerConfig {
  readonly name: string;
  /** The restartCount. */
  readonly attempt: number;
  /** What the image is called at the engine. */
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly devices: readonly { readonly hostPath: string; readonly containerPath: string; readonly permissions: string }[];
  readonly labels: Labels;
  /** Relative to the sandbox's logDirectory. */
  readonly logPath: string;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  readonly stopSignal: string | undefined;
  readonly resources: LinuxResources;
  readonly security: SecurityContext;
  readonly namespaces: NamespaceModes;
}

export type Mount =
  | {
      readonly type: 'bind';
      readonly hostPath: string;
      readonly containerPath: string;
      readonly readOnly: boolean;
      readonly recursiveReadOnly?: boolean;
      readonly propagation: 'private' | 'host-to-container' | 'bidirectional';
    }
  /** For memory volumes where this program cannot mount; the size in bytes. */
  | {
      readonly type: 'memory';
      readonly volume: string;
      readonly sizeBytes: number | undefined;
      readonly containerPath: string;
      readonly readOnly: boolean;
    }
  | { readonly type: 'image'; readonly image: string; readonly subPath: string; readonly containerPath: string };

/** cgroup settings; undefined: not set. */
export interface LinuxResources {
  readonly cpuPeriod?: number;
  readonly cpuQuota?: number;
  readonly cpuShares?: number;
  readonly memoryLimitBytes?: number;
  readonly oomScoreAdj?: number;
}

export interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  /** Where the image names its user and the Pod does not. */
  readonly runAsUserName?: string;
  readonly supplementalGroups: readonly number[];
  readonly privileged: boolean;
  readonly readOnlyRootFilesystem: boolean;
  readonly noNewPrivileges: boolean;
  readonly capabilities: { readonly add: readonly string[]; readonly drop: readonly string[] };
  readonly seccomp: Profile;
  readonly apparmor: Profile;
  /** Shown unmasked with procMount Unmasked. */
  readonly unmaskedProc: boolean;
}

export type Profile = { readonly type: 'RuntimeDefault' | 'Unconfined' } | { readonly type: 'Localhost'; readonly path: string };
