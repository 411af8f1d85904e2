import type { Row } from '../tab-writer.ts';

/** A line at a level of indentation (two spaces each). Cells with line breaks or control characters in them stay on their line. */
export function row(level: number, ...cells: readonly string[]): Row {
  return cells.map((cell, index) => (index === 0 ? '  '.repeat(level) : '') + printable(cell));
}

/** A map, an entry a line behind its title, `<none>` where it is empty. */
export function mapRows(title: string, map: Readonly<Record<string, string>> | undefined): Row[] {
  const entries = Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return [row(0, `${title}:`, '<none>')];
  return entries.map(([key, value], index) => row(0, index === 0 ? `${title}:` : '', `${key}=${value}`));
}

export function orNone(text: string): string {
  return text === '' ? '<none>' : text;
}

/** `Mon, 02 Jan 2006 15:04:05 -0700` in the machine's time zone, as Go's RFC1123Z. */
export function timeText(timestamp: string | undefined): string {
  const time = new Date(timestamp ?? NaN);
  if (Number.isNaN(time.getTime())) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const offset = -time.getTimezoneOffset();
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`;
  const date = `${two(time.getDate())} ${months[time.getMonth()] ?? ''} ${time.getFullYear()}`;
  return `${days[time.getDay()] ?? ''}, ${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())} ${zone}`;
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function two(number: number): string {
  return String(number).padStart(2, '0');
}

function printable(text: string): string {
  return text.replaceAll('\t', '    ').replaceAll(/\p{Cc}/gu, (character) => JSON.stringify(character).slice(1, -1));
}
