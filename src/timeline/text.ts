import stringWidth from 'string-width';
import { type Axis, barCells } from '../printers/bar-cells.ts';
import { containerLabel, roleMark } from '../printers/container-label.ts';
import { elapsed } from '../printers/duration.ts';
import { podGroups } from './create-timeline.ts';
import { legendItems } from './legend.ts';
import type { ContainerTrack, PodTrack, Timeline } from './model.ts';
import { containerSummary, podSummary } from './summary.ts';
import { type TextTheme, markLook, statePaint } from './text-theme.ts';
import { ticks } from './ticks.ts';

export interface TextOptions extends TextTheme {
  /** Columns that may be used; less than 40 counts as 40. */
  readonly width: number;
}

/**
 * A timeline for a terminal: for each Pod its phase and conditions over a bar for each container, with that container's part of the
 * critical path. Bars of several runs stand below each other. No line is wider than `width`.
 */
export function timelineText(timeline: Timeline, options: TextOptions): string {
  const layout = layoutFor(timeline, options);
  const lines = podGroups(timeline).flatMap((group, index) => [
    ...(index === 0 ? [] : ['']),
    ...headings(timeline, group, layout),
    ...ruler(timeline, layout),
    ...podRows(group, layout),
    ...containerRows(group, layout),
  ]);
  return `${[...lines, '', ...legend(timeline, layout)].join('\n')}\n`;
}

interface Layout extends TextTheme {
  readonly width: number;
  readonly nameWidth: number;
  readonly costWidth: number;
  /** 0: there is no room for words behind the bars. */
  readonly textWidth: number;
  readonly axis: Axis;
  readonly hasRuns: boolean;
}

function layoutFor({ pods, runs, endMs }: Timeline, { width: wanted, glyphs, colors }: TextOptions): Layout {
  const width = Math.max(wanted, 40);
  const hasRuns = runs.length > 1;
  const names = pods.flatMap(({ containers }) => containers.map((container) => stringWidth(containerLabel(container)) + (hasRuns ? 2 : 0)));
  const nameWidth = Math.min(
    Math.max(...names, (width >= 100 ? 'ContainersReady' : 'phase').length + (hasRuns ? 2 : 0)),
    width >= 100 ? 32 : Math.floor(width / 3.5),
  );
  const costWidth = Math.max(...pods.flatMap(({ containers }) => containers.map((container) => cost(container).length)), 0);
  const left = width - nameWidth - costWidth - 4;
  const textWidth = width >= 100 ? Math.min(Math.floor(left * 0.4), 48) : 0;
  const barWidth = left - (textWidth === 0 ? 0 : textWidth + 1);
  return { width, nameWidth, costWidth, textWidth, hasRuns, glyphs, colors, axis: { origin: 0, scaleMs: endMs, width: barWidth } };
}

function headings({ runs }: Timeline, group: readonly PodTrack[], layout: Layout): string[] {
  const { bold } = layout.colors;
  const name = group[0]?.name ?? '';
  const lone = group.length === 1 ? group[0] : undefined;
  if (lone && !layout.hasRuns) return [fit(name, layout.width, layout, bold, `  ${podSummary(lone)}`)];
  return [
    fit(name, layout.width, layout, bold),
    ...group.map((track) =>
      fit(`${letter(track.run)} ${runs[track.run]?.label ?? ''}`, layout.width, layout, bold, `  ${podSummary(track)}`),
    ),
  ];
}

function ruler({ endMs }: Timeline, { axis, nameWidth, colors }: Layout): string[] {
  let line = '';
  for (const { atMs, label } of ticks(endMs, Math.max(Math.floor(axis.width / 8), 1))) {
    const column = Math.min(Math.floor((atMs / axis.scaleMs) * axis.width), axis.width - 1);
    const start = Math.min(column, axis.width - label.length);
    if (start > line.length || line === '') line = line.padEnd(start) + label;
  }
  return [`${' '.repeat(nameWidth + 2)}${colors.dim(line)}`.trimEnd()];
}

function podRows(group: readonly PodTrack[], layout: Layout): string[] {
  const { glyphs, axis, colors } = layout;
  return group.flatMap((track) => {
    const label = (text: string): string => (layout.hasRuns ? `${letter(track.run)} ${text}` : text);
    const conditions = track.conditions.filter(({ type }) => (layout.textWidth > 0 ? shownConditions : ['Ready']).includes(type));
    return [
      row(label('phase'), phaseLine(track, layout), layout, colors.dim),
      ...conditions.map(({ type, spans }) => {
        const bars = spans.map(({ fromMs, toMs }) => ({ from: fromMs, to: toMs, look: { glyph: glyphs.condition, paint: colors.green } }));
        const cells = barCells(bars, [], axis);
        return row(label(type), joined(cells), layout, colors.dim);
      }),
    ];
  });
}

/** The others are true nearly always; the picture shows them. */
const shownConditions = ['Initialized', 'ContainersReady', 'Ready'];

/** Each phase's name where it begins, as far as there is room. */
function phaseLine({ phases }: PodTrack, { axis, glyphs, colors }: Layout): string {
  const cells = barCells(
    phases.map((phase) => ({ from: phase.fromMs, to: phase.toMs, look: phase })),
    phases.slice(-1).map((phase) => ({ time: phase.fromMs, rank: 1, look: phase })),
    axis,
  );
  const looks = cells.map((cell, column): Look | undefined => {
    if (cell === undefined) return undefined;
    const paint = { Failed: colors.red, Succeeded: colors.green, Running: colors.cyan }[cell.phase] ?? colors.dim;
    return { glyph: cell.phase[column - cells.indexOf(cell)] ?? glyphs.phase, paint };
  });
  return joined(looks);
}

function containerRows(group: readonly PodTrack[], layout: Layout): string[] {
  const names = [...new Set(group.flatMap(({ containers }) => containers.map(({ name }) => name)))];
  return names.flatMap((name) =>
    group.flatMap((track) => {
      const container = track.containers.find((candidate) => candidate.name === name);
      if (container === undefined) return [];
      const isFirst = group.find(({ containers }) => containers.some((other) => other.name === name)) === track;
      const label = [...(layout.hasRuns ? [letter(track.run)] : []), isFirst ? name : ''].join(' ');
      return [containerRow(label, isFirst ? roleMark(container) : '', container, track, layout)];
    }),
  );
}

function containerRow(label: string, mark: string, container: ContainerTrack, track: PodTrack, layout: Layout): string {
  const { colors, axis, costWidth, textWidth } = layout;
  const bar = barOf(container, track, layout);
  const part = cost(container);
  const after = axis.width - stringWidth(bar);
  const costCell = `${' '.repeat(after + 1)}${colors.bold(part.padStart(costWidth))}`;
  const text =
    textWidth > 0 ? ` ${fit(containerSummary(container), textWidth, layout, hasError(container) ? colors.red : colors.dim)}` : '';
  const tail = part === '' && text === '' ? '' : costCell + text;
  return row(label, bar + tail, layout, container.criticalMs > 0 ? colors.bold : String, mark);
}

/** The critical path is underlined, where underlining shows. */
function barOf({ segments, marks, name }: ContainerTrack, { criticalPath }: PodTrack, { axis, colors, glyphs }: Layout): string {
  const links = criticalPath.links.filter(({ container }) => container === name);
  const column = axis.scaleMs / axis.width;
  const spans = segments.map(({ state, fromMs, toMs }) => ({
    from: fromMs,
    to: toMs,
    look: { glyph: glyphs.states[state], paint: statePaint(colors, state) },
  }));
  const points = marks.flatMap(({ kind, atMs }) => {
    const look = markLook(kind);
    if (look === undefined || !(kind in glyphs.marks)) return [];
    return [{ time: atMs, rank: look.rank, look: { glyph: glyphs.marks[kind as keyof typeof glyphs.marks], paint: colors[look.color] } }];
  });
  const cells = barCells<Look>(spans, points, axis).map((cell, index) => {
    const middle = (index + 0.5) * column;
    const isUnderlined = links.some(({ fromMs, toMs }) => fromMs <= middle && middle < toMs);
    return cell && { ...cell, isUnderlined };
  });
  return joined(cells, colors.underline);
}

function row(label: string, content: string, layout: Layout, paint: (text: string) => string, mark = ''): string {
  const name = fit(label, layout.nameWidth - mark.length, layout, paint) + mark;
  return `  ${name}${' '.repeat(Math.max(layout.nameWidth - stringWidth(name), 0))} ${content}`.trimEnd();
}

function legend(timeline: Timeline, { glyphs, colors, width }: Layout): string[] {
  const items = legendItems(timeline).flatMap(({ kind, name }) => {
    if (kind === 'crit') return [`+ ${name}`];
    const glyph = { ...glyphs.states, ...glyphs.marks, exit: undefined, kill: undefined, hook: undefined }[kind];
    return glyph === undefined ? [] : [`${glyph} ${name}`];
  });
  const lines: string[] = [];
  for (const item of items) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 3 + item.length <= width) lines[lines.length - 1] = `${last}   ${item}`;
    else lines.push(item);
  }
  return lines.map((line) => colors.dim(line));
}

/** `+2.43s`, or nothing. */
function cost({ criticalMs }: ContainerTrack): string {
  return criticalMs > 0 ? `+${elapsed(criticalMs)}` : '';
}

function hasError({ marks }: ContainerTrack): boolean {
  return marks.findLast(({ kind }) => kind === 'exit' || kind === 'error')?.kind === 'error';
}

/** `A`, `B`, ... of a run. */
export function letter(run: number): string {
  return run < 26 ? String.fromCharCode(65 + run) : `${letter(Math.floor(run / 26) - 1)}${letter(run % 26)}`;
}

/** `text` in a colour and `rest` without, together cut to `width` columns. */
function fit(text: string, width: number, { glyphs: { ellipsis } }: Layout, paint: (text: string) => string, rest = ''): string {
  if (stringWidth(text + rest) <= width) return paint(text) + rest;
  let [kept, keptRest] = ['', ''];
  // Names of any length are looked at only as far as they may be shown.
  for (const character of text.slice(0, width * 4)) {
    if (stringWidth(kept + character) > width - ellipsis.length) return paint(kept) + ellipsis;
    kept += character;
  }
  for (const character of rest) {
    if (stringWidth(kept + keptRest + character) > width - ellipsis.length) break;
    keptRest += character;
  }
  return paint(kept) + keptRest + ellipsis;
}

interface Look {
  readonly glyph: string;
  readonly paint: (text: string) => string;
  readonly isUnderlined?: boolean;
}

/** Neighbours that look the same are painted at once. */
function joined(cells: readonly (Look | undefined)[], underline: (text: string) => string = String): string {
  let line = '';
  for (let start = 0; start < cells.length;) {
    const first = cells[start];
    let end = start + 1;
    while (end < cells.length && cells[end]?.paint === first?.paint && cells[end]?.isUnderlined === first?.isUnderlined) end++;
    const text = cells.slice(start, end).map((cell) => cell?.glyph ?? ' ');
    const painted = first ? first.paint(text.join('')) : text.join('');
    line += first?.isUnderlined ? underline(painted) : painted;
    start = end;
  }
  return line;
}
