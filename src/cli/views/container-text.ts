import { describeSpan } from '../../printers/describe-span.ts';
import { describeWait } from '../../printers/describe-wait.ts';
import { elapsed } from '../../printers/duration.ts';
import type { ContainerTimeline, Span } from '../../trace/container-timeline.ts';

/** What a container does at `now`, in a few words, e.g. `ready`, `completed after 1.30s`, or the reason of its wait. */
export function containerText(container: ContainerTimeline, now: number): string {
  const span = currentSpan(container);
  const text = span ? spanText(span, now) : exitText(container);
  return container.restarts === 0 ? text : `${text} ${restartsText(container.restarts)}`;
}

/** The span it is in. Undefined: it has ended, or will never start. */
export function currentSpan({ spans }: ContainerTimeline): Span | undefined {
  const last = spans.at(-1);
  return last?.to === undefined ? last : undefined;
}

/** How its last instance ended, e.g. `exit code 3 (Error) after 0.20s`. */
export function exitText({ exit, spans }: ContainerTimeline): string {
  if (exit === undefined) return 'not started';
  const after = ` after ${elapsed(lastRunMs(spans, exit.time))}`;
  if (exit.exitCode === 0) return `completed${after}`;
  return `exit code ${exit.exitCode}${exit.reason ? ` (${exit.reason})` : ''}${after}`;
}

/** Whether it ended with an error that nobody asked for. Who debugs a Pod ends with whatever came last, and harms nothing by it. */
export function hasFailed({ exit, role }: ContainerTimeline): boolean {
  return exit !== undefined && exit.exitCode !== 0 && !exit.wasStopped && role !== 'sidecar' && role !== 'ephemeral';
}

/** Whether it ran in this span. */
export function isRunning({ state }: Span): boolean {
  return state === 'running' || state === 'ready' || state === 'terminating';
}

function spanText({ state, wait }: Span, now: number): string {
  return describeSpan(state, wait && describeWait(wait, now));
}

/** The unbroken run that ended at `end`. */
function lastRunMs(spans: readonly Span[], end: number): number {
  let from = end;
  for (const span of spans.toReversed()) {
    if (span.from >= from) continue;
    if (span.to !== from || !isRunning(span)) break;
    from = span.from;
  }
  return end - from;
}

function restartsText(restarts: number): string {
  return `(${restarts} ${restarts === 1 ? 'restart' : 'restarts'})`;
}
