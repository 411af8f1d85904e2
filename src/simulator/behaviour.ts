import type { ProbeKind } from '../lifecycle/action.ts';

/** How one instance of a container behaves. Times are milliseconds, counted from its start unless they say otherwise. */
export interface Attempt {
  /** How long it runs by itself. Undefined: for ever. */
  readonly runMs?: number | undefined;
  /** What it then ends with; default 0. */
  readonly exitCode?: number | undefined;
  readonly reason?: 'OOMKilled' | undefined;
  /** The termination message. */
  readonly message?: string | undefined;
  /** What the stop signal does, by the time since the start at which it comes; the last one that has begun holds. */
  readonly onStop?: readonly StopBehaviour[] | undefined;
  /** Why the attempt does not get as far as running: the step that fails, and what the status says. */
  readonly fails?: { readonly at: 'pull' | 'create' | 'start'; readonly message: string; readonly reason?: string } | undefined;
  /** How long the image takes to be pulled. Undefined: it is present. */
  readonly pullMs?: number | undefined;
  /** When each probe answers well; default: always. */
  readonly probes?: Readonly<Partial<Record<ProbeKind, readonly ProbeWindow[]>>> | undefined;
  readonly postStart?: HookBehaviour | undefined;
  readonly preStop?: HookBehaviour | undefined;
  /** Files that it makes and removes, for probes that look at them. */
  readonly files?: readonly FileChange[] | undefined;
}

export interface StopBehaviour {
  readonly fromMs: number;
  readonly stop: StopReaction;
}

/** `ignore`: only SIGKILL ends it. Otherwise it ends `afterMs` after the signal, or after `notBeforeMs` since the start if that is later. */
export type StopReaction = 'ignore' | { readonly afterMs: number; readonly exitCode: number; readonly notBeforeMs?: number };

export interface ProbeWindow {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface HookBehaviour {
  readonly takesMs: number;
  readonly ok: boolean;
}

export interface FileChange {
  readonly atMs: number;
  readonly path: string;
  readonly exists: boolean;
}

/** What of a Pod's surroundings takes time, in milliseconds. */
export interface Latencies {
  readonly sandboxMs: number;
  readonly createMs: number;
  readonly startMs: number;
  readonly probeMs: number;
}

export const defaultLatencies: Latencies = { sandboxMs: 200, createMs: 20, startMs: 30, probeMs: 10 };

/** What befalls a Pod from outside. Times are milliseconds since its creation. */
export type Fault = { readonly atMs: number } & (
  | { readonly kind: 'delete'; readonly graceSeconds: number | undefined }
  /** The machine starts again: the sandbox and everything in it is lost. */
  | { readonly kind: 'reboot' }
  /** The supervising process starts again; what runs goes on. */
  | { readonly kind: 'restart-supervisor' }
  | { readonly kind: 'crash'; readonly container: string; readonly exitCode: number }
  | { readonly kind: 'oom-kill'; readonly container: string }
  | { readonly kind: 'set-image'; readonly container: string; readonly image: string }
  | { readonly kind: 'evict'; readonly message: string }
);
