import { elapsed } from '../printers/duration.ts';
import { type Layout, textWidth } from './layout.ts';
import type { Interval, MarkKind } from './model.ts';
import { element, escapeXml } from './xml.ts';

export interface Box extends Interval {
  readonly y: number;
  readonly height: number;
  /** What it is; empty: decoration. */
  readonly title: string;
}

interface Parts {
  readonly layout: Layout;
  /** The part carries its times and details, for a page's script; otherwise a title that browsers show. */
  readonly isInteractive: boolean;
}

/** A stretch of time. However short, it is to be seen. */
export function bar({ fromMs, toMs, y, height, title }: Box, className: string, { layout, isInteractive }: Parts): string {
  const [x, end] = [layout.x(fromMs), layout.x(toMs)];
  const width = Math.max(end - x, narrowest);
  const text = `${title}, ${elapsed(toMs - fromMs)} from ${elapsed(fromMs)} to ${elapsed(toMs)}`;
  const place = { class: className, x: Math.min(x, layout.plot.width - width), y, width, height, ...(height > 8 && { rx: 2 }) };
  if (title === '')
    return element('rect', { ...place, 'pointer-events': 'none', ...(isInteractive && { 'data-from': fromMs, 'data-to': toMs }) });
  if (!isInteractive) return element('rect', place, element('title', {}, escapeXml(text)));
  return element('rect', {
    ...place,
    'data-from': fromMs,
    'data-to': toMs,
    'data-tip': text,
    tabindex: -1,
    role: 'img',
    'aria-label': text,
  });
}

const narrowest = 1.5;

/** The first of the texts that fits into the box; nothing when none does. A page tries again when it zooms. */
export function label(
  { fromMs, toMs, y, height }: Box,
  texts: readonly string[],
  className: string,
  { layout, isInteractive }: Parts,
): string {
  const width = layout.x(toMs) - layout.x(fromMs);
  const candidates = [...new Set(texts)].filter((text) => text !== '').map((text) => ({ text, needed: textWidth(text, fontSize) + 8 }));
  const fitting = candidates.find(({ needed }) => needed <= width);
  const place = { class: `in ${className}`.trim(), x: layout.x(fromMs) + 5, y: y + height / 2 + 3.7 };
  if (!isInteractive) return fitting ? element('text', place, escapeXml(fitting.text)) : '';
  const texting = {
    'data-from': fromMs,
    'data-to': toMs,
    'data-texts': JSON.stringify(candidates.map(({ text, needed }) => [text, Math.ceil(needed)])),
  };
  return element('text', { ...place, ...texting, 'aria-hidden': 'true' }, escapeXml(fitting?.text ?? ''));
}

const fontSize = 10.5;

/** A moment. */
export function point(
  { atMs, y, title }: { readonly atMs: number; readonly y: number; readonly title: string },
  kind: MarkKind,
  { layout, isInteractive }: Parts,
): string {
  const text = `${title}, at ${elapsed(atMs)}`;
  const attributes = { class: kind, href: `#tl-${kind}`, x: layout.x(atMs), y };
  if (!isInteractive) return element('use', attributes, element('title', {}, escapeXml(text)));
  return element('use', { ...attributes, 'data-at': atMs, 'data-tip': text, tabindex: -1, role: 'img', 'aria-label': text });
}
