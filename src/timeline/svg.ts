import { elapsed } from '../printers/duration.ts';
import { type GroupLayout, type Layout, clip, layoutOf, padding } from './layout.ts';
import type { Timeline } from './model.ts';
import { containerSummary, podSummary, titleOf } from './summary.ts';
import { criticalSvg } from './svg-critical-path.ts';
import { legendSvg } from './svg-legend.ts';
import { rowBars, rowLabels, rowMarks } from './svg-rows.ts';
import { svgDefinitions, svgStyle } from './svg-style.ts';
import { element, escapeXml } from './xml.ts';

export interface SvgOptions {
  /** For a page that zooms: everything on the time axis says its times, and can be reached by keyboard. */
  readonly isInteractive?: boolean;
}

/**
 * A timeline as one SVG that needs nothing else, for a README too: light or dark as the reader's system is, with a title and a
 * description for those who do not see it, and a title on each part for those who point at it.
 */
export function timelineSvg(timeline: Timeline, { isInteractive = false }: SvgOptions = {}): string {
  const layout = layoutOf(timeline);
  const { width, height } = layout;
  const content = [
    element('title', { id: 'tl-title' }, escapeXml(`Timeline of ${titleOf(timeline)}`)),
    element('desc', { id: 'tl-desc' }, escapeXml(description(timeline))),
    element('style', {}, svgStyle.trim()),
    element('defs', {}, svgDefinitions),
    element('rect', { class: 'card', x: 0.5, y: 0.5, width: width - 1, height: height - 1, rx: 8 }),
    ...layout.groups.map((group) => groupSvg(group, layout, isInteractive)),
    legendSvg(timeline, layout),
  ];
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    class: 'tl',
    viewBox: `0 0 ${width} ${Math.ceil(height)}`,
    width,
    height: Math.ceil(height),
    // A page puts handles into it.
    role: isInteractive ? 'group' : 'img',
    'aria-labelledby': 'tl-title tl-desc',
    'data-end': isInteractive ? timeline.endMs : undefined,
    'data-plot': isInteractive ? layout.plot.width : undefined,
  };
  return `${element('svg', attributes, ...content.map((part) => `\n${part}`), '\n')}\n`;
}

function description(timeline: Timeline): string {
  return timeline.pods
    .map((pod) => {
      const label = timeline.runs.length > 1 ? `${timeline.runs[pod.run]?.label ?? ''}: ` : '';
      const containers = pod.containers.map((container) => {
        const part = container.criticalMs > 0 ? `, ${elapsed(container.criticalMs)} of the critical path` : '';
        return `${container.name} (${container.role}): ${containerSummary(container)}${part}`;
      });
      return `${label}${pod.name}: ${podSummary(pod)}. ${containers.join('; ')}.`;
    })
    .join(' ');
}

function groupSvg(group: GroupLayout, layout: Layout, isInteractive: boolean): string {
  const { plot, x } = layout;
  const top = group.axisY;
  const gridLines = group.ticks.map(({ atMs, label: text }) => {
    const at = x(atMs);
    const anchor = at < 12 ? 'start' : at > plot.width - 16 ? 'end' : 'middle';
    return (
      element('text', { class: 's m', x: at, y: top, 'text-anchor': anchor }, escapeXml(text)) +
      element('line', { class: 'grid', x1: at, x2: at, y1: top + 5, y2: group.bottom })
    );
  });
  const goals = group.tracks
    .filter(({ criticalPath }) => criticalPath.goal === 'ready')
    .map(({ criticalPath: { atMs } }) =>
      element('line', {
        class: 'goal',
        x1: x(atMs),
        x2: x(atMs),
        y1: top + 5,
        y2: group.bottom,
        'data-at': isInteractive ? atMs : undefined,
      }),
    );
  const axis = element('g', isInteractive ? { class: 'axis', 'data-top': top, 'data-bottom': group.bottom } : {}, ...gridLines);
  const rows = group.rows.map((row) => rowBars(row, layout, isInteractive));
  const path = group.tracks.map((track) => criticalSvg(track, group, layout, isInteractive));
  const marks = group.rows.flatMap((row) => (row.kind === 'container' ? [rowMarks(row, row.container, layout, isInteractive)] : []));
  return [
    ...group.headings.map((heading) => headingSvg(heading, layout)),
    ...group.rows.map((row) => rowLabels(row, layout)),
    // What is outside of the axis is not to be seen when a page zooms.
    element(
      'svg',
      { class: 'plot', x: plot.x, y: 0, width: plot.width, height: group.bottom + 4 },
      axis,
      ...rows,
      ...goals,
      ...path,
      ...marks,
    ),
  ].join('\n');
}

function headingSvg({ y, track, text }: GroupLayout['headings'][number], { width }: Layout): string {
  const name = clip(text, width / 2, 14);
  const isRun = track !== undefined && text !== track.name;
  const summary = track ? element('tspan', { class: 's m', dx: 10 }, escapeXml(podSummary(track))) : '';
  return element('text', { class: isRun ? 'b' : 'h', x: padding, y }, escapeXml(name), summary);
}
