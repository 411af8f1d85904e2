import type { WaitCause } from '../lifecycle/wait.ts';
import type { ContainerRole, SpanState } from '../trace/container-timeline.ts';

/**
 * One or several runs as a picture is drawn of them, and what `--format json` prints. All times are milliseconds after the picture's
 * left edge, at which the first Pod of the first run was created.
 */
export interface Timeline {
  readonly runs: readonly TimelineRun[];
  /** One entry for each Pod of each run; those of one Pod (`name`) follow each other. */
  readonly pods: readonly PodTrack[];
  /** Where the picture ends. */
  readonly endMs: number;
}

export interface TimelineRun {
  /** What tells it apart: of its file's name. */
  readonly label: string;
  /** When its first Pod was created, RFC 3339. */
  readonly startedAt: string;
}

/** What happened to one Pod in one run. */
export interface PodTrack {
  /** Index of `runs`. */
  readonly run: number;
  /** Without its namespace when that is `default`. Pods of several runs that are laid over one another have one name. */
  readonly name: string;
  readonly createdMs: number;
  /** When its phase became terminal, or it was deleted. Undefined: not seen. */
  readonly endedMs?: number;
  /** The last that is known of it. */
  readonly lastMs: number;
  /** READY and STATUS as kubectl prints them, at the end. */
  readonly ready: string;
  readonly status: string;
  readonly phases: readonly PhaseBar[];
  readonly conditions: readonly ConditionTrack[];
  readonly containers: readonly ContainerTrack[];
  readonly criticalPath: CriticalPath;
  readonly events: readonly TimelineEvent[];
}

export interface PhaseBar extends Interval {
  readonly phase: string;
}

export interface ConditionTrack {
  readonly type: string;
  /** When it was True. */
  readonly spans: readonly Interval[];
}

export interface Interval {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ContainerTrack {
  readonly name: string;
  readonly role: ContainerRole;
  readonly restarts: number;
  /** In order, without overlaps. Where there is none the container had ended, and nothing was due. */
  readonly segments: readonly Segment[];
  readonly marks: readonly TimelineMark[];
  /** Its part of the critical path. 0: it is not on it. */
  readonly criticalMs: number;
}

/** `pulling` and `starting` are parts of what a status shows as waiting. */
export type SegmentState = SpanState | 'pulling' | 'starting';

export interface Segment extends Interval {
  readonly state: SegmentState;
  /** What it did or waited for, in a few words. */
  readonly text: string;
  /** Why it waited, for programs. */
  readonly cause?: WaitCause;
  /** It went on when the recording ended. */
  readonly isOpen?: true;
}

export type MarkKind = 'failure' | 'success' | 'restart' | 'error' | 'exit' | 'kill' | 'hook';

export interface TimelineMark {
  readonly kind: MarkKind;
  readonly atMs: number;
  readonly text: string;
}

export interface TimelineEvent {
  readonly atMs: number;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  readonly container?: string;
}

/** The unbroken chain of what had to happen, one after the other, until the goal. */
export interface CriticalPath {
  /**
   * `ready`: until the Pod was Ready; `completed`: until it succeeded without having been Ready; `failed`: until it failed;
   * `unfinished`: until the recording ended.
   */
  readonly goal: 'ready' | 'completed' | 'failed' | 'unfinished';
  /** When the goal was reached. */
  readonly atMs: number;
  /** From the Pod's creation to the goal, without gaps. */
  readonly links: readonly CriticalLink[];
}

export interface CriticalLink extends Interval {
  /** Undefined: the Pod itself (its volumes and sandbox). */
  readonly container?: string;
  /** What took the time, in a few words: `image pull`, `start`, `run`, `startup probe`. */
  readonly what: string;
}
