import { stripVTControlCharacters } from 'node:util';

/**
 * A container's line as it may stand on someone's screen: tabs become spaces; colours stay if `keepColors`; what would move the
 * cursor, clear the screen or retitle the window is gone. A line that overwrites itself (progress bars) shows its last state.
 */
export function outputText(text: string, keepColors: boolean): string {
  if (!/\p{Cc}/u.test(text)) return text;
  const visible = text
    .replace(/\r+$/, '')
    .replace(/^[^]*\r/, '')
    .replaceAll('\t', '    ');
  if (!keepColors) return printable(stripVTControlCharacters(visible));
  const parts = visible.split(sgr);
  const kept = parts.map((part, index) => (index % 2 === 1 ? part : printable(stripVTControlCharacters(part)))).join('');
  return parts.length > 1 ? `${kept}\u001B[0m` : kept;
}

/** Escape sequences that set colours. The group makes `split` keep them, at odd places. */
// eslint-disable-next-line no-control-regex -- control characters are what this file is about
const sgr = /(\u001B\[[\d;:]*m)/;

function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '');
}
