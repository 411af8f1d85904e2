import type { Wait } from '../lifecycle/wait.ts';
import type { Pod } from '../pod/types.ts';
import type { WatchEvent } from '../trace/watch-event.ts';
import type { LogLine, PullProgress } from './runtime-service.ts';

/** What a run tells whoever shows it. Pods are named `namespace/name`. */
export interface RunListener {
  /** A Pod whose status changed, or an Event. Every change, in order, before anything that follows from it. */
  watch(event: WatchEvent): void;
  output(pod: string, line: LogLine): void;
  /** All waits of the Pod as they are now; called when one of them changed. */
  waits(pod: string, waits: readonly Wait[]): void;
  probe(pod: string, probe: ProbeReport): void;
  /** How far the pull of a container's image is. */
  pull?(pod: string, container: string, progress: PullProgress): void;
  /** The Pod ended and everything of it is gone. */
  ended(pod: Pod): void;
}

export interface ProbeReport {
  readonly container: string;
  readonly kind: 'startup' | 'readiness' | 'liveness';
  readonly time: number;
  readonly result: 'success' | 'failure' | 'unknown';
  readonly output: string;
  readonly durationMs: number;
}
