import type { Container, LifecycleHandler, Pod, Probe } from '../pod/types.ts';
import type { ExecResult } from './runtime-service.ts';

/** Runs probes and lifecycle hooks from outside the containers; only `exec` goes through the runtime. */
export interface HandlerRunner {
  probe(target: HandlerTarget, probe: Probe): Promise<ProbeOutcome>;
  /** `timeoutMs` undefined: no limit of its own. */
  hook(target: HandlerTarget, handler: LifecycleHandler, timeoutMs: number | undefined): Promise<HookOutcome>;
}

export interface HandlerTarget {
  readonly pod: Pod;
  readonly container: Container;
  /** status.podIP: where network handlers connect by default. */
  readonly podIP: string;
  /** See `PodRuntime.networkEntry`. */
  readonly networkEntry?: readonly string[] | undefined;
  readonly exec: (command: readonly string[], timeoutMs: number | undefined) => Promise<ExecResult>;
}

/** `unknown`: the attempt could not be made; it changes nothing (kubelet-lifecycle 4.3). `warning` counts as success. */
export interface ProbeOutcome {
  readonly result: 'success' | 'warning' | 'failure' | 'unknown';
  readonly output: string;
}

export interface HookOutcome {
  readonly ok: boolean;
  /** Goes to the waiting message, never into an event. */
  readonly message: string;
  /** An https hook answered over plain http (event LifecycleHTTPFallback). */
  readonly httpFallback?: boolean;
}
