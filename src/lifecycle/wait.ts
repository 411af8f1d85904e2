/**
 * Why something has not happened yet, in a form that a program can read: every container that is not where it is going
 * has exactly one. Times are milliseconds since the epoch.
 */
export interface Wait {
  /** The container that waits. */
  readonly container: string;
  readonly cause: WaitCause;
  /** Since when this cause holds. */
  readonly since: number;
  /** When it will end by itself or be looked at again, where that is known. */
  readonly until?: number;
}

export type WaitCause =
  /** The Pod's volumes are not mounted yet; `message` is the last failure. */
  | { readonly kind: 'Volumes'; readonly message?: string }
  | { readonly kind: 'Sandbox'; readonly message?: string }
  /** The init container before it has not completed. */
  | { readonly kind: 'InitCompletion'; readonly of: string }
  /** The sidecar before it does not run (yet, or again). */
  | { readonly kind: 'SidecarRunning'; readonly of: string }
  /** The sidecar's (or its own) startup probe has not passed. */
  | {
      readonly kind: 'StartupProbe';
      readonly of: string;
      readonly failures: number;
      readonly failureThreshold: number;
      readonly nextAttemptAt?: number;
    }
  /** The postStart hook of a container started before it runs. */
  | { readonly kind: 'PostStart'; readonly of: string }
  /** A container before it in the list is being started. */
  | { readonly kind: 'StartOrder'; readonly of: string }
  /** `percent`: as far as whoever shows it hears of it; the core does not. */
  | { readonly kind: 'ImagePull'; readonly image: string; readonly percent?: number }
  | { readonly kind: 'ImageBackOff'; readonly image: string; readonly reason: string; readonly message: string }
  | { readonly kind: 'CrashLoopBackOff'; readonly restarts: number; readonly backOffMs: number }
  /** It could not be configured, created or started; tried again. */
  | { readonly kind: 'StartError'; readonly reason: string; readonly message: string }
  /** It is being created or started right now. */
  | { readonly kind: 'Starting' }
  /** It runs, but its readiness probe has not passed. */
  | { readonly kind: 'ReadinessProbe'; readonly of: string; readonly failures: number; readonly nextAttemptAt?: number }
  /** Its own preStop hook runs before its stop signal is sent. */
  | { readonly kind: 'PreStop' }
  /** A sidecar is told to stop only after these have ended. */
  | { readonly kind: 'TerminationOrder'; readonly of: readonly string[] }
  /** The stop signal was sent; SIGKILL follows at `until`. */
  | { readonly kind: 'Grace' }
  /** All containers are being removed and started again. */
  | { readonly kind: 'RestartingAllContainers' }
  /** It will never start: the Pod ends. */
  | { readonly kind: 'PodEnds'; readonly reason: string };
