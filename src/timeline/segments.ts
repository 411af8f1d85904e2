import type { Wait } from '../lifecycle/wait.ts';
import { describeSpan } from '../printers/describe-span.ts';
import { describeWait } from '../printers/describe-wait.ts';
import type { ContainerTimeline, Span } from '../trace/container-timeline.ts';
import { printable } from './printable.ts';
import type { Segment, SegmentState } from './model.ts';

/**
 * A container's spans as they are drawn: with the parts of its start told apart, and with the time between an end and the restart
 * that followed. `at` puts a time on the axis.
 */
export function segmentsOf(container: ContainerTimeline, end: number, at: (time: number) => number): Segment[] {
  const segments: Segment[] = [];
  for (const span of container.spans) {
    const last = segments.at(-1);
    const { from, to = Math.max(end, from) } = span;
    if (to === from && span.to !== undefined) continue;
    // The time between an end and the restart is part of its back-off, shown or not.
    const isGap = last !== undefined && last.toMs < at(from) && isRestart(container, from);
    if (isGap && span.state !== 'backOff')
      segments.push({ state: 'backOff', text: 'waits to be restarted', fromMs: last.toMs, toMs: at(from) });
    segments.push({
      state: stateOf(span),
      text: printable(textOf(span)),
      ...(span.wait && { cause: span.wait.cause }),
      fromMs: isGap && span.state === 'backOff' ? last.toMs : at(from),
      toMs: at(to),
      ...(span.to === undefined && { isOpen: true }),
    });
  }
  return segments;
}

/** Pull and start are told apart only where the causes of the waits are known. */
function stateOf({ state, wait }: Span): SegmentState {
  if (state !== 'waiting') return state;
  if (wait?.cause.kind === 'ImagePull') return 'pulling';
  return wait?.cause.kind === 'Starting' ? 'starting' : 'waiting';
}

function textOf({ state, wait }: Span): string {
  return describeSpan(state, wait && describeWait(timeless(wait), 0));
}

/** What has come true by now is not to be counted down. */
function timeless({ container, cause, since }: Wait): Wait {
  const told = { ...cause };
  if ('nextAttemptAt' in told) delete told.nextAttemptAt;
  return { container, cause: told, since };
}

/** Whether the instance that began after `time` was a restart, and not the repetition of a completed init container. */
function isRestart({ marks, role }: ContainerTimeline, time: number): boolean {
  const end = marks.findLast((mark) => mark.kind === 'exit' && mark.time <= time);
  return end?.kind === 'exit' && (role !== 'init' || end.exitCode !== 0);
}
