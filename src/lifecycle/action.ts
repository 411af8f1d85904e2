import type { LifecycleHandler, Probe } from '../pod/types.ts';

/** What is to be done next, in the CRI's verbs; each is answered by an `Observation`. */
export type Action =
  | { readonly type: 'MountVolumes' }
  | { readonly type: 'RunPodSandbox'; readonly attempt: number }
  | { readonly type: 'EnsureImage'; readonly container: string }
  | {
      readonly type: 'CreateContainer';
      readonly container: string;
      readonly restartCount: number;
      /** The container whose PID namespace it joins (targetContainerName of an ephemeral container). */
      readonly targetID?: string;
    }
  | { readonly type: 'StartContainer'; readonly container: string; readonly containerID: string }
  | {
      readonly type: 'RunHook';
      readonly hook: HookName;
      readonly container: string;
      readonly containerID: string;
      readonly handler: LifecycleHandler;
      /** Undefined: as long as it takes. */
      readonly timeoutMs: number | undefined;
    }
  | { readonly type: 'RunProbe'; readonly kind: ProbeKind; readonly container: string; readonly containerID: string; readonly probe: Probe }
  /** Given again with a shorter grace period when the Pod's shrinks. */
  | { readonly type: 'StopContainer'; readonly container: string; readonly containerID: string; readonly gracePeriodMs: number }
  | { readonly type: 'RemoveContainer'; readonly container: string; readonly containerID: string }
  | { readonly type: 'StopPodSandbox' };

export type HookName = 'postStart' | 'preStop';
export type ProbeKind = 'startup' | 'readiness' | 'liveness';
