import { elapsed } from '../printers/duration.ts';
import { pageScript } from './html-script.ts';
import { pageStyle } from './html-style.ts';
import type { PodTrack, Timeline } from './model.ts';
import { podSummary, titleOf } from './summary.ts';
import { timelineSvg } from './svg.ts';
import { element, escapeXml } from './xml.ts';

/**
 * A timeline as one HTML file that loads nothing: the SVG with zoom, details of what is pointed at, clicked on or reached by
 * keyboard, and below it the critical paths and the Events as tables. Without scripts it is the picture and the tables.
 */
export function timelineHtml(timeline: Timeline): string {
  const title = `Timeline of ${titleOf(timeline)}`;
  const head = [
    '<meta charset="utf-8">',
    // Nothing is loaded, whatever names and messages hold.
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    '<meta name="color-scheme" content="light dark">',
    element('title', {}, escapeXml(title)),
    `<style>${pageStyle}</style>`,
  ];
  const body = [
    element('h1', {}, escapeXml(title)),
    toolbar,
    element(
      'div',
      { id: 'picture', tabindex: 0, role: 'application', 'aria-label': title, 'aria-describedby': 'help' },
      timelineSvg(timeline, { isInteractive: true }),
    ),
    '<p id="details" role="status" aria-live="polite">Point at a part of the picture, or press the down arrow in it, for details.</p>',
    '<div id="tip" hidden></div>',
    ...timeline.pods.map((track) => pathTable(track, runLabel(timeline, track))),
    ...timeline.pods.filter(({ events }) => events.length > 0).map((track) => eventTable(track, runLabel(timeline, track))),
    `<script>${pageScript}</script>`,
  ];
  return `<!doctype html>\n<html lang="en">\n<head>\n${head.join('\n')}\n</head>\n<body>\n${body.join('\n')}\n</body>\n</html>\n`;
}

const toolbar = [
  '<div id="tools" role="toolbar" aria-label="Zoom">',
  '<button type="button" data-do="in" aria-label="Zoom in">+</button>',
  '<button type="button" data-do="out" aria-label="Zoom out">&minus;</button>',
  '<button type="button" data-do="reset">Whole run</button>',
  '<span id="help">Drag to move, Ctrl and wheel or a double click to zoom. Keys: + &minus; 0, left and right to move, up and down for details.</span>',
  '</div>',
].join('');

function runLabel({ runs }: Timeline, { run }: PodTrack): string {
  return runs.length > 1 ? ` (${runs[run]?.label ?? ''})` : '';
}

function pathTable(track: PodTrack, run: string): string {
  const { criticalPath, createdMs, name } = track;
  const rows = criticalPath.links.map(({ container = 'the Pod', what, fromMs, toMs }) => [
    container,
    what,
    elapsed(fromMs - createdMs),
    `+${elapsed(toMs - fromMs)}`,
  ]);
  return section(`Critical path of ${name}${run}: ${podSummary(track)}`, ['container', 'what', 'from', 'took'], rows, true);
}

function eventTable({ events, createdMs, name }: PodTrack, run: string): string {
  const rows = events.map(({ atMs, type, reason, container = '', count, message }) => [
    elapsed(atMs - createdMs),
    type,
    count > 1 ? `${reason} (x${count})` : reason,
    container,
    message,
  ]);
  return section(`Events of ${name}${run}`, ['at', 'type', 'reason', 'container', 'message'], rows, false);
}

function section(title: string, columns: readonly string[], rows: readonly (readonly string[])[], isOpen: boolean): string {
  const head = element('tr', {}, ...columns.map((column) => element('th', { scope: 'col' }, escapeXml(column))));
  const body = rows.map((cells) => element('tr', {}, ...cells.map((cell) => element('td', {}, escapeXml(cell)))));
  const table = element('table', {}, element('thead', {}, head), element('tbody', {}, ...body, ''));
  return `<details${isOpen ? ' open' : ''}>${element('summary', {}, escapeXml(title))}${table}</details>`;
}
