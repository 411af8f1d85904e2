import { podGroups } from './create-timeline.ts';
import type { ConditionTrack, ContainerTrack, PodTrack, Timeline } from './model.ts';
import { letter } from './text.ts';
import { type Tick, ticks } from './ticks.ts';

/** Where everything of a picture stands, in pixels. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** The part with the time axis; within it x begins at 0. */
  readonly plot: { readonly x: number; readonly width: number };
  readonly groups: readonly GroupLayout[];
  readonly legendY: number;
  readonly x: (ms: number) => number;
}

/** A Pod, with its tracks of all runs. */
export interface GroupLayout {
  readonly tracks: readonly PodTrack[];
  readonly headings: readonly { readonly y: number; readonly track: PodTrack | undefined; readonly text: string }[];
  readonly axisY: number;
  readonly ticks: readonly Tick[];
  readonly rows: readonly Row[];
  readonly bottom: number;
}

export type Row = {
  readonly y: number;
  readonly height: number;
  readonly track: PodTrack;
  readonly label: string;
  readonly run: string;
} & (
  | { readonly kind: 'phase' }
  | { readonly kind: 'condition'; readonly condition: ConditionTrack }
  | { readonly kind: 'container'; readonly container: ContainerTrack }
);

export function layoutOf(timeline: Timeline): Layout {
  const hasRuns = timeline.runs.length > 1;
  const containers = timeline.pods.flatMap((pod) => pod.containers);
  const longest = Math.max(...containers.map(({ name }) => Array.from(name).length), 0);
  const rolesWidth = Math.max(...containers.map(({ role }) => roleWidth(role)), 52);
  const plotX = padding + Math.min(Math.max(longest * 7.3 + rolesWidth, conditionWidth), 260) + (hasRuns ? 18 : 0);
  const plot = { x: plotX, width: pictureWidth - plotX - costWidth - padding };
  const groups: GroupLayout[] = [];
  let y = padding;
  for (const tracks of podGroups(timeline)) {
    const group = groupLayout(tracks, timeline, y, plot.width);
    groups.push(group);
    y = group.bottom + 20;
  }
  const scale = plot.width / timeline.endMs;
  return { width: pictureWidth, height: y + 38, plot, groups, legendY: y + 6, x: (ms) => ms * scale };
}

const pictureWidth = 960;
export const padding = 16;
const costWidth = 66;
/** Of `PodReadyToStartContainers`. */
const conditionWidth = 160;

/** How wide a text is likely to be: there is nobody to ask. Generous, so that it does not run into what stands beside it. */
export function textWidth(text: string, fontSize: number): number {
  // eslint-disable-next-line no-control-regex -- whatever is not ASCII may be as wide as it is high
  const wide = text.replaceAll(/[\u0000-\u00FF]/g, '');
  return Array.from(wide).length * fontSize + (text.length - wide.length) * fontSize * 0.56;
}

/** What a role takes up beside a name. */
export function roleWidth(role: string): number {
  return textWidth(role, 10.5) + 8;
}

/** The text, or as much of it as fits with an ellipsis. */
export function clip(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  let kept = '';
  for (const character of text.slice(0, width)) {
    if (textWidth(`${kept}${character}…`, fontSize) > width) break;
    kept += character;
  }
  return `${kept}…`;
}

function groupLayout(tracks: readonly PodTrack[], { runs, endMs }: Timeline, top: number, plotWidth: number): GroupLayout {
  const name = tracks[0]?.name ?? '';
  const hasRuns = runs.length > 1;
  const titles = hasRuns
    ? [
        { track: undefined, text: name },
        ...tracks.map((track) => ({ track, text: `${letter(track.run)}  ${runs[track.run]?.label ?? ''}` })),
      ]
    : [{ track: tracks[0], text: name }];
  const headings = titles.map((title, index) => ({ ...title, y: top + 14 + index * 18 }));
  const axisY = top + titles.length * 18 + 20;
  let y = axisY + 8;
  const place = (height: number): { y: number; height: number } => {
    const placed = { y, height };
    y += height;
    return placed;
  };
  const rows: Row[] = [];
  for (const track of tracks) {
    const run = hasRuns ? letter(track.run) : '';
    rows.push({ kind: 'phase', track, run, label: 'phase', ...place(20) });
    // Those of several runs would push the containers out of sight.
    const conditions = track.conditions.filter(({ type }) => !hasRuns || ['Initialized', 'Ready'].includes(type));
    for (const condition of conditions) rows.push({ kind: 'condition', condition, track, run, label: condition.type, ...place(13) });
    y += 4;
  }
  for (const containerName of new Set(tracks.flatMap(({ containers }) => containers.map((container) => container.name)))) {
    y += 3;
    for (const track of tracks) {
      const container = track.containers.find((candidate) => candidate.name === containerName);
      const isFirst = rows.findLast((row) => row.kind === 'container')?.label !== containerName;
      if (container) {
        const label = isFirst || !hasRuns ? containerName : '';
        rows.push({ kind: 'container', container, track, run: hasRuns ? letter(track.run) : '', label, ...place(hasRuns ? 21 : 25) });
      }
    }
  }
  return { tracks, headings, axisY, ticks: ticks(endMs, Math.floor(plotWidth / 70)), rows, bottom: y };
}
