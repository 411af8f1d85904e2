import type { Pod, VolumeMount } from '../pod/types.ts';
import type { HookName, ProbeKind } from './action.ts';

/** What happened, as far as the core needs it. Times are milliseconds since the epoch. */
export type Observation =
  | { readonly type: 'VolumesMounted' }
  | { readonly type: 'VolumesFailed'; readonly message: string }
  | { readonly type: 'SandboxRunning'; readonly id: string; readonly ips: readonly string[]; readonly hostIPs: readonly string[] }
  | { readonly type: 'SandboxFailed'; readonly message: string }
  | { readonly type: 'SandboxLost'; readonly id: string }
  | { readonly type: 'SandboxStopped' }
  /** `missingPullSecrets`: names of the Pod's imagePullSecrets that are not there. */
  | { readonly type: 'ImagePulling'; readonly container: string; readonly missingPullSecrets?: readonly string[] }
  | ImageReady
  | { readonly type: 'ImageFailed'; readonly container: string; readonly reason: string; readonly message: string }
  | ContainerCreated
  | { readonly type: 'CreateFailed'; readonly container: string; readonly reason: string; readonly message: string }
  | { readonly type: 'ContainerStarted'; readonly container: string; readonly containerID: string; readonly at: number }
  | StartFailed
  | ContainerExited
  | { readonly type: 'ContainerRemoved'; readonly container: string; readonly containerID: string }
  | HookFinished
  | ProbeFinished
  /** A person or the API deletes the Pod; `graceSeconds` undefined: the Pod's own. May come again with less. */
  | { readonly type: 'DeletionRequested'; readonly graceSeconds: number | undefined }
  /** The Pod's spec changed in what may change: images, and a deadline that is set or shortened. */
  | { readonly type: 'PodUpdated'; readonly pod: Pod }
  | { readonly type: 'Evicted'; readonly message: string };

export interface ImageReady {
  readonly type: 'ImageReady';
  readonly container: string;
  readonly alreadyPresent: boolean;
  readonly image: string;
  readonly imageID: string;
  readonly sizeBytes?: number;
  readonly durationMs?: number;
}

export interface ContainerCreated {
  readonly type: 'ContainerCreated';
  readonly container: string;
  readonly containerID: string;
  readonly volumeMounts?: readonly VolumeMount[];
  readonly user?: { readonly linux: { readonly uid: number; readonly gid: number; readonly supplementalGroups?: readonly number[] } };
}

export interface StartFailed {
  readonly type: 'StartFailed';
  readonly container: string;
  readonly containerID: string;
  readonly reason: string;
  readonly message: string;
  readonly exitCode: number;
  readonly at: number;
}

export interface ContainerExited {
  readonly type: 'ContainerExited';
  readonly container: string;
  readonly containerID: string;
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly startedAt: number;
  readonly finishedAt: number;
}

export interface HookFinished {
  readonly type: 'HookFinished';
  readonly hook: HookName;
  readonly container: string;
  readonly containerID: string;
  readonly ok: boolean;
  readonly message: string;
  readonly httpFallback?: boolean;
}

export interface ProbeFinished {
  readonly type: 'ProbeFinished';
  readonly kind: ProbeKind;
  readonly container: string;
  readonly containerID: string;
  readonly result: 'success' | 'warning' | 'failure' | 'unknown';
  readonly output: string;
}
