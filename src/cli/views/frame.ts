import cliTruncate from 'cli-truncate';
import stringWidth from 'string-width';
import type { Axis } from '../../printers/bar-cells.ts';
import { podColumns } from '../../printers/columns.ts';
import { containerLabel, roleMark } from '../../printers/container-label.ts';
import { humanDuration } from '../../printers/duration.ts';
import type { ContainerTimeline } from '../../trace/container-timeline.ts';
import type { PodTimeline } from '../../trace/run-model.ts';
import { axisFor, bar, ruler } from './bar.ts';
import { containerText, currentSpan, hasFailed } from './container-text.ts';
import { count, podName } from './names.ts';
import type { Style } from './style.ts';
import { wrap } from './wrap.ts';

export interface FrameOptions {
  readonly startedAt: number;
  readonly now: number;
  /** Columns that may be used. */
  readonly width: number;
  /** Lines that may be used; at least 3. */
  readonly height: number;
  readonly style: Style;
  /** What stands at the end of the first line: what the person can do. */
  readonly hint?: string;
}

/**
 * The picture of a run as lines that fit: a line of totals, the time axis, and each Pod with a bar for each container. Where that
 * is too high, the Pods about which there is least to say shrink to one line, and then the rest to a count.
 */
export function frame(pods: readonly PodTimeline[], options: FrameOptions): string[] {
  const layout = layoutFor(pods, options);
  const head = [totals(pods, options), `${' '.repeat(layout.nameWidth + 3)}${options.style.colors.dim(ruler(layout.axis))}`];
  const body = fit(pods, options.height - head.length, layout, options);
  return [...head, ...body].map((line) => truncate(line, options));
}

interface Layout {
  readonly nameWidth: number;
  readonly axis: Axis;
  /** There is room for the texts behind the bars; otherwise they stand below, where they say more than the bar. */
  readonly isWide: boolean;
}

function layoutFor(pods: readonly PodTimeline[], { width, startedAt, now }: FrameOptions): Layout {
  const names = pods.flatMap(({ key, containers }) => [
    podName(key).length - 2,
    ...containers.map((container) => containerLabel(container).length),
  ]);
  const isWide = width >= 99;
  const nameWidth = Math.min(Math.max(...names, 6), isWide ? 30 : width >= 60 ? 20 : 12);
  const left = width - nameWidth - 4;
  const barWidth = isWide ? Math.floor(left / 3) : Math.max(left, 4);
  return { nameWidth, isWide, axis: axisFor(startedAt, now - startedAt, barWidth) };
}

function totals(pods: readonly PodTimeline[], { startedAt, now, style, hint }: FrameOptions): string {
  const { bold, dim } = style.colors;
  const line = `${bold(humanDuration(now - startedAt))}  ${count(pods.length, 'Pod')}: ${countsByStatus(pods)}`;
  return hint ? `${line}  ${dim(hint)}` : line;
}

function countsByStatus(pods: readonly PodTimeline[]): string {
  const counts = new Map<string, number>();
  for (const { pod } of pods) {
    const status = podColumns(pod).status || 'Pending';
    const group = /^Init:\d/.test(status) ? 'initializing' : status;
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return [...counts].map(([status, number]) => `${number} ${status}`).join(', ');
}

/** The forms of a Pod's block, from the most to the least that it may take up. */
const forms = [
  (pod: PodTimeline, layout: Layout, options: FrameOptions) => expanded(pod, layout, options, 3),
  (pod: PodTimeline, layout: Layout, options: FrameOptions) => expanded(pod, layout, options, 1),
  (pod: PodTimeline, layout: Layout, options: FrameOptions) => [collapsed(pod, layout, options)],
] as const;

function fit(pods: readonly PodTimeline[], height: number, layout: Layout, options: FrameOptions): string[] {
  // Of those that say equally much, the later ones shrink first.
  const byInterest = pods.toReversed().toSorted((a, b) => interest(a) - interest(b));
  if (pods.length > height) {
    const hidden = new Set(byInterest.slice(0, pods.length - Math.max(height - 1, 0)));
    const { glyphs, colors } = options.style;
    const rest = `${glyphs.ellipsis} and ${count(hidden.size, 'more Pod')}: ${countsByStatus([...hidden])}`;
    return [...pods.filter((pod) => !hidden.has(pod)).map((pod) => collapsed(pod, layout, options)), colors.dim(rest)];
  }
  const blocks = new Map(pods.map((pod) => [pod, forms[0](pod, layout, options)]));
  let lines = sum([...blocks.values()].map(({ length }) => length));
  for (const form of forms.slice(1)) {
    for (const pod of byInterest) {
      if (lines <= height) break;
      const block = form(pod, layout, options);
      lines += block.length - (blocks.get(pod)?.length ?? 0);
      blocks.set(pod, block);
    }
  }
  return [...blocks.values()].flat();
}

/** A line for the Pod, one for each container, and at most `textLines` more for what each waits for. */
function expanded(timeline: PodTimeline, layout: Layout, options: FrameOptions, textLines: number): string[] {
  const name = cliTruncate(podName(timeline.key), layout.isWide ? options.width - 30 : layout.nameWidth + 2);
  const lines = timeline.containers.flatMap((_, index) => containerLines(timeline.containers, index, layout, options, textLines));
  return [`${options.style.colors.bold(name)}  ${statusText(timeline)}`, ...lines];
}

function containerLines(
  containers: readonly ContainerTimeline[],
  index: number,
  { nameWidth, axis, isWide }: Layout,
  { now, width, style }: FrameOptions,
  textLines: number,
): string[] {
  const container = containers[index];
  if (container === undefined) return [];
  const color = textColor(container, style);
  const text = containerText(container, now);
  const picture = bar(container, axis, now, style);
  const mark = roleMark(container);
  const line = `  ${pad(cliTruncate(container.name, nameWidth - mark.length) + mark, nameWidth)} ${picture}`;
  if (isWide) return [`${pad(line, nameWidth + 3 + axis.width)} ${color(text)}`];
  if (!needsText(container)) return [line];
  const twin = containers.slice(0, index).find((other) => needsText(other) && containerText(other, now) === text);
  if (twin) return textLines > 1 ? [line, `    as ${twin.name}`] : [line];
  return [line, ...wrap(text, width - 4, textLines).map((part) => `    ${color(part)}`)];
}

/** A whole Pod on one line: what there is most to say about, with its bar where there is room. */
function collapsed(timeline: PodTimeline, { nameWidth, axis, isWide }: Layout, { now, style }: FrameOptions): string {
  const speaker = timeline.containers.toSorted((a, b) => containerInterest(b) - containerInterest(a))[0];
  const name = pad(cliTruncate(podName(timeline.key), nameWidth + 2), nameWidth + 2);
  const picture = isWide && speaker ? `${pad(bar(speaker, axis, now, style), axis.width)} ` : '';
  const text = speaker && needsText(speaker) ? `  ${speaker.name}: ${containerText(speaker, now)}` : '';
  return `${name} ${picture}${statusText(timeline)}${speaker ? textColor(speaker, style)(text) : ''}`;
}

/** The cells READY and STATUS. */
function statusText({ pod }: PodTimeline): string {
  const { ready, status } = podColumns(pod);
  return `${ready}  ${status || 'Pending'}`;
}

/** How much there is to say of a Pod: failures first, then what waits, then what runs, then what is over. */
function interest(timeline: PodTimeline): number {
  if (timeline.endedAt !== undefined && timeline.pod.status.phase !== 'Failed') return 0;
  return Math.max(...timeline.containers.map(containerInterest), 0);
}

function containerInterest(container: ContainerTimeline): number {
  const span = currentSpan(container);
  if (span === undefined) return hasFailed(container) ? 5 : 0;
  return { backOff: 6, waiting: 4, terminating: 3, running: 2, ready: 1 }[span.state];
}

/** Where there is no room for every text: those that say more than the bar. */
function needsText(container: ContainerTimeline): boolean {
  const span = currentSpan(container);
  return span ? span.wait !== undefined || span.state === 'backOff' : hasFailed(container);
}

function textColor(container: ContainerTimeline, { colors }: Style): (text: string) => string {
  const span = currentSpan(container);
  if (span === undefined) return hasFailed(container) ? colors.red : colors.dim;
  if (span.state === 'backOff' || span.wait?.cause.kind === 'StartError') return colors.yellow;
  return span.state === 'ready' ? colors.green : String;
}

function truncate(line: string, { width, style }: FrameOptions): string {
  return cliTruncate(line, width, { truncationCharacter: style.glyphs.ellipsis });
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(width - stringWidth(text), 0));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
