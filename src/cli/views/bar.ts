import { type Axis, barCells } from '../../printers/bar-cells.ts';
import type { ContainerTimeline, Mark, SpanState } from '../../trace/container-timeline.ts';
import type { Colors, Style } from './style.ts';

/** The least round scale that `elapsedMs` fits in, so that bars grow and now and then shrink to half. */
export function axisFor(origin: number, elapsedMs: number, width: number): Axis {
  const day = 86_400_000;
  const scaleMs = scalesMs.find((scale) => scale >= elapsedMs) ?? Math.ceil(elapsedMs / day) * day;
  return { origin, scaleMs, width };
}

/**
 * A container's time as a bar: the state that takes most of a column's time, and over it the most telling mark of that time
 * (an exit with an error, a restart, a probe result). Times in which it had ended are blank. No trailing blanks.
 */
export function bar({ spans, marks }: ContainerTimeline, axis: Axis, now: number, { colors, glyphs }: Style): string {
  const shownSpans = spans.map(({ state, from, to = now }) => ({ from, to, look: stateColor(colors, state)(glyphs.states[state]) }));
  const shownMarks = marks.flatMap((mark) => {
    const shown = appearance(mark);
    return shown ? [{ time: mark.time, rank: shown.rank, look: colors[shown.color](glyphs.marks[shown.glyph]) }] : [];
  });
  return barCells(shownSpans, shownMarks, axis)
    .map((cell) => cell ?? ' ')
    .join('');
}

/** The axis itself: times at its start, middle and end. */
export function ruler({ scaleMs, width }: Axis): string {
  const [middle, end] = [timeLabel(scaleMs / 2), timeLabel(scaleMs)];
  const gap = Math.floor(width / 2) - 1;
  const after = width - gap - 1 - middle.length - end.length;
  if (after < 1) return `0${end.padStart(width - 1)}`;
  return `0${' '.repeat(gap)}${middle}${' '.repeat(after)}${end}`;
}

function stateColor({ dim, yellow, cyan, green, magenta }: Colors, state: SpanState): (text: string) => string {
  return { waiting: dim, backOff: yellow, running: cyan, ready: green, terminating: magenta }[state];
}

const [second, minute, hour] = [1000, 60_000, 3_600_000];
/** Each has a middle that is a round time as well. */
const scalesMs = [
  ...[10, 20, 40, 60].map((count) => count * second),
  ...[2, 4, 10, 20, 40, 60].map((count) => count * minute),
  ...[2, 4, 8, 12, 24].map((count) => count * hour),
];

function timeLabel(ms: number): string {
  if (ms < minute) return `${ms / second}s`;
  return ms < hour ? `${ms / minute}m` : `${ms / hour}h`;
}

interface Appearance {
  /** The highest of a column is shown. */
  readonly rank: number;
  readonly glyph: 'failure' | 'success' | 'restart' | 'error';
  readonly color: 'red' | 'yellow' | 'green';
}

/** Undefined: the bar shows it anyway. */
function appearance(mark: Mark): Appearance | undefined {
  switch (mark.kind) {
    case 'exit':
      return mark.exitCode === 0 || mark.wasStopped ? undefined : { rank: 4, glyph: 'error', color: 'red' };
    case 'restart':
      return { rank: 3, glyph: 'restart', color: 'yellow' };
    case 'probe':
      if (mark.result === 'failure') return { rank: 2, glyph: 'failure', color: 'red' };
      return mark.result === 'success' ? { rank: 1, glyph: 'success', color: 'green' } : undefined;
    case 'hook':
      return mark.failure === undefined ? undefined : { rank: 2, glyph: 'failure', color: 'red' };
    case 'kill':
      return undefined;
  }
}
