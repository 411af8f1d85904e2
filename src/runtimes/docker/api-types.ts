/** What is read of the API's answers; fields that Podman leaves out are optional. */

export interface VersionAnswer {
  readonly Version: string;
  readonly MinAPIVersion?: string;
}

export interface InfoAnswer {
  readonly Architecture: string;
  readonly DockerRootDir?: string;
  readonly SecurityOptions?: readonly string[];
}

export interface ContainerInspect {
  readonly Id: string;
  readonly Created: string;
  readonly Image: string;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly OOMKilled: boolean;
    readonly Pid: number;
    readonly ExitCode: number;
    readonly Error?: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
  readonly Config: { readonly Labels?: Readonly<Record<string, string>> | null; readonly StopSignal?: string; readonly Tty?: boolean };
  readonly HostConfig: { readonly NetworkMode: string };
  readonly NetworkSettings: {
    readonly IPAddress?: string;
    readonly GlobalIPv6Address?: string;
    readonly Networks?: Readonly<Record<string, EndpointSettings>> | null;
  };
}

interface EndpointSettings {
  readonly IPAddress?: string;
  readonly GlobalIPv6Address?: string;
  readonly Gateway?: string;
}

export interface ContainerSummary {
  readonly Id: string;
  readonly State: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
}

export interface ImageInspect {
  readonly Id: string;
  readonly RepoTags?: readonly string[] | null;
  readonly RepoDigests?: readonly string[] | null;
  readonly Size: number;
  readonly Config?: {
    readonly User?: string;
    readonly Entrypoint?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
    readonly Env?: readonly string[] | null;
    readonly WorkingDir?: string;
    readonly StopSignal?: string;
    readonly Volumes?: Readonly<Record<string, unknown>> | null;
  } | null;
}

export interface NetworkInspect {
  readonly Name: string;
  readonly Id: string;
  readonly Labels?: Readonly<Record<string, string>> | null;
  readonly IPAM?: { readonly Config?: readonly { readonly Gateway?: string }[] | null } | null;
}

export interface ExecInspect {
  readonly Running: boolean;
  readonly ExitCode: number | null;
  readonly Pid: number;
}

/** A line of `/events`. */
export interface EventMessage {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly time: number;
  readonly timeNano: number;
}
