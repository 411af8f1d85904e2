/**
 * The messages of the CRI that are used, as they are after decoding (every field is there) and before encoding (fields may be left out).
 * proto/cri.proto says the same to the wire.
 */
export interface RuntimeApi {
  Version: { request: { version?: string }; response: VersionResponse };
  Status: { request: { verbose: boolean }; response: { readonly info: Info } };
  RunPodSandbox: { request: { config: PodSandboxConfig; runtimeHandler: string }; response: { readonly podSandboxId: string } };
  StopPodSandbox: { request: { podSandboxId: string }; response: Nothing };
  RemovePodSandbox: { request: { podSandboxId: string }; response: Nothing };
  PodSandboxStatus: {
    request: { podSandboxId: string; verbose?: boolean };
    response: { readonly status: PodSandboxStatus | null; readonly info: Info };
  };
  ListPodSandbox: {
    request: { filter: { id?: string; labelSelector?: StringMap } };
    response: { readonly items: readonly { readonly id: string; readonly state: SandboxState }[] };
  };
  CreateContainer: {
    request: { podSandboxId: string; config: ContainerConfig; sandboxConfig: PodSandboxConfig };
    response: { readonly containerId: string };
  };
  StartContainer: { request: { containerId: string }; response: Nothing };
  StopContainer: { request: { containerId: string; timeout: number }; response: Nothing };
  RemoveContainer: { request: { containerId: string }; response: Nothing };
  ListContainers: {
    request: { filter: { id?: string; state?: { state: ContainerState }; podSandboxId?: string; labelSelector?: StringMap } };
    response: { readonly containers: readonly { readonly id: string; readonly podSandboxId: string; readonly state: ContainerState }[] };
  };
  ContainerStatus: { request: { containerId: string }; response: { readonly status: ContainerStatus | null } };
  ReopenContainerLog: { request: { containerId: string }; response: Nothing };
  ExecSync: {
    request: { containerId: string; cmd: readonly string[]; timeout: number };
    response: { readonly stdout: Uint8Array; readonly stderr: Uint8Array; readonly exitCode: number };
  };
  Exec: { request: StreamingRequest & { cmd: readonly string[] }; response: { readonly url: string } };
  Attach: { request: StreamingRequest; response: { readonly url: string } };
  GetContainerEvents: { request: Nothing; response: { readonly containerId: string; readonly containerEventType: string } };
}

export interface ImageApi {
  ImageStatus: {
    request: { image: { image: string }; verbose: boolean };
    response: { readonly image: Image | null; readonly info: Info };
  };
  PullImage: { request: { image: { image: string }; auth?: AuthConfig }; response: { readonly imageRef: string } };
}

export type Nothing = object;
export type StringMap = Readonly<Record<string, string>>;
/** Details as JSON, mostly under the key `info`; every engine has its own. */
export type Info = StringMap;

export interface VersionResponse {
  readonly runtimeName: string;
  readonly runtimeVersion: string;
  readonly runtimeApiVersion: string;
}

export type SandboxState = 'SANDBOX_READY' | 'SANDBOX_NOTREADY';
export type ContainerState = 'CONTAINER_CREATED' | 'CONTAINER_RUNNING' | 'CONTAINER_EXITED' | 'CONTAINER_UNKNOWN';

export interface SandboxMetadata {
  readonly name: string;
  readonly uid: string;
  readonly namespace: string;
  readonly attempt: number;
}

export interface PodSandboxConfig {
  readonly metadata: SandboxMetadata;
  readonly hostname: string;
  readonly logDirectory: string;
  readonly dnsConfig?: { readonly servers: readonly string[]; readonly searches: readonly string[]; readonly options: readonly string[] };
  readonly portMappings: readonly {
    readonly protocol: string;
    readonly containerPort: number;
    readonly hostPort: number;
    readonly hostIp: string;
  }[];
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly linux: {
    readonly cgroupParent?: string;
    readonly sysctls: StringMap;
    readonly resources?: Resources;
    readonly securityContext: SandboxSecurityContext;
  };
}

export interface PodSandboxStatus {
  readonly id: string;
  readonly metadata: SandboxMetadata;
  readonly state: SandboxState;
  /** Nanoseconds since the epoch, as everywhere in the CRI. */
  readonly createdAt: number;
  readonly network: { readonly ip: string; readonly additionalIps: readonly { readonly ip: string }[] } | null;
  readonly linux: { readonly namespaces: { readonly options: NamespaceOption | null } | null } | null;
  readonly labels: StringMap;
  readonly annotations: StringMap;
}

export interface NamespaceOption {
  readonly network: 'POD' | 'NODE';
  readonly pid: 'POD' | 'CONTAINER' | 'NODE' | 'TARGET';
  readonly ipc: 'POD' | 'NODE';
  readonly targetId?: string;
}

export interface CriProfile {
  readonly profileType: 'RuntimeDefault' | 'Unconfined' | 'Localhost';
  readonly localhostRef?: string;
}

export interface SandboxSecurityContext {
  readonly namespaceOptions: NamespaceOption;
  readonly runAsUser?: { readonly value: number };
  readonly runAsGroup?: { readonly value: number };
  readonly readonlyRootfs: boolean;
  readonly supplementalGroups: readonly number[];
  readonly privileged: boolean;
  readonly seccomp: CriProfile;
  readonly apparmor?: CriProfile;
}

export interface ContainerSecurityContext extends SandboxSecurityContext {
  readonly runAsUsername?: string;
  readonly capabilities: { readonly addCapabilities: readonly string[]; readonly dropCapabilities: readonly string[] };
  readonly noNewPrivs: boolean;
  readonly maskedPaths: readonly string[];
  readonly readonlyPaths: readonly string[];
}

export interface Resources {
  readonly cpuPeriod?: number;
  readonly cpuQuota?: number;
  readonly cpuShares?: number;
  readonly memoryLimitInBytes?: number;
  readonly oomScoreAdj?: number;
}

export interface CriMount {
  readonly containerPath: string;
  readonly hostPath?: string;
  readonly readonly?: boolean;
  readonly recursiveReadOnly?: boolean;
  readonly propagation?: 'PROPAGATION_PRIVATE' | 'PROPAGATION_HOST_TO_CONTAINER' | 'PROPAGATION_BIDIRECTIONAL';
  readonly image?: { readonly image: string };
  readonly imageSubPath?: string;
}

export interface ContainerConfig {
  readonly metadata: { readonly name: string; readonly attempt: number };
  readonly image: { readonly image: string; readonly userSpecifiedImage: string };
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string;
  readonly envs: readonly { readonly key: string; readonly value: Uint8Array }[];
  readonly mounts: readonly CriMount[];
  readonly devices: readonly { readonly containerPath: string; readonly hostPath: string; readonly permissions: string }[];
  readonly labels: StringMap;
  readonly annotations: StringMap;
  readonly logPath: string;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  readonly linux: { readonly resources: Resources; readonly securityContext: ContainerSecurityContext };
}

export interface ContainerStatus {
  readonly id: string;
  readonly metadata: { readonly name: string; readonly attempt: number };
  readonly state: ContainerState;
  readonly createdAt: number;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly exitCode: number;
  readonly imageRef: string;
  readonly reason: string;
  readonly message: string;
  readonly labels: StringMap;
  readonly annotations: StringMap;
}

export interface StreamingRequest {
  readonly containerId: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

export interface Image {
  readonly id: string;
  readonly repoTags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly size: number;
}

export interface AuthConfig {
  readonly username?: string;
  readonly password?: string;
  readonly identityToken?: string;
  readonly registryToken?: string;
}
