/** What happens to containers and sandboxes of the engine. Times are milliseconds since the epoch. */
export type RuntimeEvent =
  /** From now on everything is told. */
  | { readonly type: 'subscribed' }
  | { readonly type: 'started'; readonly id: string; readonly at: number; readonly pid: number }
  /** Its process has ended. Without `exit` the engine's own status tells all of it already. */
  | { readonly type: 'exited'; readonly id: string; readonly exit?: { readonly exitCode: number; readonly at: number } }
  | { readonly type: 'oom'; readonly id: string }
  /** The engine has let go of an ended process: its output is in the log file. */
  | { readonly type: 'released'; readonly id: string };

export interface EventSource {
  /**
   * Tells events until `signal` aborts; resolves then. Rejects when the connection breaks, and with `NoEvents` when the engine does not
   * have this kind of events.
   */
  follow(tell: (event: RuntimeEvent) => void, signal: AbortSignal): Promise<void>;
}

export class NoEvents extends Error {}
