import { elapsed } from '../printers/duration.ts';
import { type Layout, type Row, clip, padding, roleWidth } from './layout.ts';
import type { ContainerTrack, SegmentState, TimelineMark } from './model.ts';
import { bar, label, point } from './svg-parts.ts';
import { element, escapeXml } from './xml.ts';

/** What stands beside a row's bars. */
export function rowLabels(row: Row, { plot, width }: Layout): string {
  const middle = row.kind === 'container' ? barMiddle(row) : row.y + row.height / 2;
  const right = plot.x - 10;
  const run = row.run === '' ? '' : element('text', { class: 's b m', x: right, y: middle + 4, 'text-anchor': 'end' }, row.run);
  const end = row.run === '' ? right : right - 16;
  if (row.kind !== 'container') {
    return (
      element('text', { class: 's m', x: end, y: middle + 3.5, 'text-anchor': 'end' }, escapeXml(clip(row.label, end - padding, 10.5))) +
      run
    );
  }
  const { role, criticalMs } = row.container;
  const shownRole = row.label === '' || role === 'main' ? '' : role;
  const name = clip(row.label, end - padding - (shownRole === '' ? 0 : roleWidth(shownRole)), 13);
  return [
    element('text', { class: 'mono', x: padding, y: middle + 4 }, escapeXml(name)),
    shownRole === '' ? '' : element('text', { class: 's m', x: end, y: middle + 4, 'text-anchor': 'end' }, shownRole),
    run,
    criticalMs > 0
      ? element('text', { class: 's cost', x: width - padding, y: middle + 4, 'text-anchor': 'end' }, `+${elapsed(criticalMs)}`)
      : '',
  ].join('');
}

export function rowBars(row: Row, layout: Layout, isInteractive: boolean): string {
  const { y, height, track } = row;
  const parts = { layout, isInteractive };
  switch (row.kind) {
    case 'phase':
      return track.phases
        .map(({ phase, fromMs, toMs }) => {
          const box = { fromMs, toMs, y: y + 3, height: height - 6, title: `phase ${phase}` };
          const known = ['Pending', 'Running', 'Succeeded', 'Failed'].includes(phase) ? phase : 'Unknown';
          return bar(box, `seg ${known}`, parts) + label(box, [phase], phase === 'Pending' ? 'on-waiting' : '', parts);
        })
        .join('');
    case 'condition':
      return row.condition.spans
        .map(({ fromMs, toMs }) => bar({ fromMs, toMs, y: y + 4, height: 5, title: `${row.condition.type} is True` }, 'true', parts))
        .join('');
    case 'container':
      return row.container.segments
        .map(({ state, text, fromMs, toMs }) => {
          const box = { fromMs, toMs, y: y + 3, height: height - 8, title: `${row.container.name}: ${text}` };
          return (
            bar(box, `seg ${state}`, parts) +
            (state === 'backOff' || state === 'terminating' ? bar({ ...box, title: '' }, 'stripes', parts) : '') +
            label(box, shorter(text, state), state === 'waiting' ? 'on-waiting' : '', parts)
          );
        })
        .join('');
  }
}

/** What is said where there is less and less room. */
function shorter(text: string, state: SegmentState): string[] {
  const gate = /startup probe|readiness probe|postStart hook|preStop hook/.exec(text)?.[0] ?? '';
  const brief = text.replace(/ ?[:(].*$/, '').replace(/,? (?:to (?:complete|run|be started)|after .*|has not .*)$/, '');
  return [text, text.replace(/ \(.*$/, ''), brief, state === 'running' ? gate : '', names[state] ?? ''];
}

const names: Readonly<Record<string, string>> = { running: 'runs', backOff: 'back-off', pulling: 'pull', terminating: 'stops' };

function barMiddle({ y, height }: Row): number {
  return y + 3 + (height - 8) / 2;
}

/** What happened at single moments, over the bars. */
export function rowMarks(row: Row, { marks, name }: ContainerTrack, layout: Layout, isInteractive: boolean): string {
  const { y } = row;
  const middle = barMiddle(row);
  // Exits end a bar; what stands on it is seen best on its edge.
  const heights: Readonly<Record<TimelineMark['kind'], number>> = {
    failure: y + 5,
    success: y + 5,
    hook: y + 5,
    kill: y + 5,
    restart: middle,
    error: middle,
    exit: middle,
  };
  return marks
    .filter(({ kind }) => kind !== 'exit')
    .map(({ kind, atMs, text }) => point({ atMs, y: heights[kind], title: `${name}: ${text}` }, kind, { layout, isInteractive }))
    .join('');
}
