import type { HookName } from '../lifecycle/action.ts';
import type { Wait, WaitCause } from '../lifecycle/wait.ts';
import type { ContainerStateTerminated, ContainerStatus } from '../pod/types.ts';

/** What happened to one container, in order. Times are milliseconds since the epoch. */
export interface ContainerTimeline {
  readonly name: string;
  readonly role: ContainerRole;
  /** Gaps are times in which it had ended and nothing was due. The last span is open while it lasts. */
  readonly spans: readonly Span[];
  readonly marks: readonly Mark[];
  /** restartCount as the status shows it. */
  readonly restarts: number;
  /** Its first start. Undefined: it never started. */
  readonly startedAt?: number;
  /** How its last instance ended. Undefined while one runs, and before the first. */
  readonly exit?: Exit;
}

export type ContainerRole = 'init' | 'sidecar' | 'main' | 'ephemeral';

export interface Span {
  readonly state: SpanState;
  readonly from: number;
  /** Undefined: it goes on. */
  readonly to?: number;
  /** What it waits for in this span, as last reported. A running container may wait too: for its probes, or for its end. */
  readonly wait?: Wait;
}

/** `backOff` is waiting for a restart or another pull after a failure; `ready` is for what the Pod's readiness counts. */
export type SpanState = 'waiting' | 'backOff' | 'running' | 'ready' | 'terminating';

export type Mark =
  | { readonly kind: 'restart'; readonly time: number }
  | ({ readonly kind: 'exit' } & Exit)
  /** Every failure, and the first success after none or a failure. */
  | {
      readonly kind: 'probe';
      readonly time: number;
      readonly probe: ProbeKind;
      readonly result: ProbeResult;
      /** What the probe said, where that is known. */
      readonly message?: string;
    }
  /** A hook began, or failed. */
  | { readonly kind: 'hook'; readonly time: number; readonly hook: HookName; readonly failure?: string }
  /** It was told to stop; why, in the kubelet's words. */
  | { readonly kind: 'kill'; readonly time: number; readonly message: string };

export type ProbeKind = 'startup' | 'readiness' | 'liveness';
export type ProbeResult = 'success' | 'failure' | 'unknown';

export interface Exit {
  readonly time: number;
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason?: string;
  /** It had been told to stop before. */
  readonly wasStopped: boolean;
}

/** What is known of the container at a moment. */
export interface Observation {
  readonly time: number;
  readonly status: ContainerStatus | undefined;
  readonly wait: Wait | undefined;
  /** The Pod is being deleted. */
  readonly isDeleted: boolean;
  /** The Pod's phase is terminal, or it is gone. */
  readonly isOver: boolean;
}

/** The same key for two waits of a container means the same wait, whatever its counters say by now. */
export function waitKey(wait: Wait | undefined): string {
  if (wait === undefined) return '';
  return `${wait.cause.kind} ${'of' in wait.cause ? String(wait.cause.of) : ''}`;
}

/** Writes a `ContainerTimeline`. Times given to it never go back. */
export class TimelineRecorder implements ContainerTimeline {
  readonly name: string;
  readonly role: ContainerRole;
  readonly spans: Span[] = [];
  readonly marks: Mark[] = [];
  restarts = 0;
  startedAt?: number;
  exit?: Exit;
  #isRunning = false;
  readonly #lastProbe = new Map<ProbeKind, ProbeResult>();

  constructor(name: string, role: ContainerRole) {
    this.name = name;
    this.role = role;
  }

  observe(observation: Observation): void {
    this.#recordInstance(observation);
    const { state, wait } = this.#stateOf(observation);
    this.#enter(state, wait, observation.time);
  }

  probe(time: number, probe: ProbeKind, result: ProbeResult, message?: string): void {
    const repeats = result === 'success' && this.#lastProbe.get(probe) === 'success';
    this.#lastProbe.set(probe, result);
    if (!repeats) this.note({ kind: 'probe', time, probe, result, ...(message && { message }) });
  }

  note(mark: Mark): void {
    this.marks.push(mark);
    // A probe that fails for days must not fill the memory; what is older than this cannot be told apart on a bar anyway.
    if (this.marks.length > maxMarks) this.marks.splice(0, maxMarks / 2);
  }

  #recordInstance({ time, status }: Observation): void {
    if (status === undefined) return;
    const { running, terminated } = status.state ?? {};
    const isNewInstance = status.restartCount > this.restarts;
    if (isNewInstance) {
      // It ended and started again between two looks.
      if (this.#isRunning) this.#recordExit(time, status.lastState?.terminated);
      this.restarts = status.restartCount;
      this.marks.push({ kind: 'restart', time });
      this.#lastProbe.clear();
    }
    // The kubelet's word for a container that never ran and whose Pod is gone.
    const neverRan = terminated?.reason === 'ContainerStatusUnknown' && this.startedAt === undefined;
    if (neverRan) return;
    if (running || terminated) this.startedAt ??= time;
    if (terminated && (this.#isRunning || isNewInstance || this.exit === undefined)) this.#recordExit(time, terminated);
    if (running) delete this.exit;
    this.#isRunning = running !== undefined;
  }

  #recordExit(time: number, terminated: ContainerStateTerminated | undefined): void {
    if (terminated === undefined) return;
    const { exitCode, signal, reason } = terminated;
    const current = this.spans.at(-1);
    const wasStopped = current?.state === 'terminating' && current.to === undefined;
    this.exit = { time, exitCode, ...(signal && { signal }), ...(reason && { reason }), wasStopped };
    this.marks.push({ kind: 'exit', ...this.exit });
  }

  #stateOf({ status, wait, isDeleted, isOver }: Observation): { state?: SpanState; wait?: Wait | undefined } {
    if (isOver) return {};
    const kind = wait?.cause.kind;
    if (status?.state?.running) {
      if (kind !== undefined && endings.has(kind)) return { state: 'terminating', wait };
      if (isDeleted) return { state: 'terminating' };
      if (status.ready && this.role !== 'init') return { state: 'ready' };
      return { state: 'running', wait: kind !== undefined && gates.has(kind) ? wait : undefined };
    }
    // A report about the instance that ended just now.
    const isStale = kind === 'ReadinessProbe' || kind === 'PreStop' || kind === 'Grace' || kind === 'TerminationOrder';
    const due = isStale || kind === 'PodEnds' ? undefined : wait;
    if (status?.state?.terminated && due === undefined) return {};
    const isBackOff = due ? backOffs.has(due.cause.kind) : status?.state?.waiting?.reason?.endsWith('BackOff');
    return { state: isBackOff ? 'backOff' : 'waiting', wait: isStale ? undefined : wait };
  }

  #enter(state: SpanState | undefined, wait: Wait | undefined, time: number): void {
    const current = this.spans.at(-1);
    const isOpen = current !== undefined && current.to === undefined;
    const from = Math.min(
      Math.max(isOpen && current.state === state ? (wait?.since ?? time) : time, current?.to ?? current?.from ?? 0),
      time,
    );
    if (isOpen) {
      this.spans.pop();
      if (isSame(current, state, wait)) return void this.spans.push(span(current.state, current.from, wait));
      if (current.from < from) this.spans.push({ ...current, to: from });
    }
    if (state === undefined) return;
    const last = this.spans.at(-1);
    // What took no time in between is left out.
    const continues = last?.to === from && isSame(last, state, wait);
    if (continues) this.spans.pop();
    this.spans.push(span(state, continues ? last.from : from, wait));
  }
}

const maxMarks = 1000;

/** Waits of a running container for its end. */
const endings = new Set<WaitCause['kind']>(['PreStop', 'TerminationOrder', 'Grace', 'RestartingAllContainers']);
/** Waits after a failure. */
const backOffs = new Set<WaitCause['kind']>(['CrashLoopBackOff', 'ImageBackOff']);
/** Waits of a running container until others, or traffic, may rely on it. */
const gates = new Set<WaitCause['kind']>(['StartupProbe', 'ReadinessProbe', 'PostStart']);

function isSame(current: Span, state: SpanState | undefined, wait: Wait | undefined): boolean {
  return current.state === state && waitKey(current.wait) === waitKey(wait);
}

function span(state: SpanState, from: number, wait: Wait | undefined): Span {
  return { state, from, ...(wait && { wait }) };
}
