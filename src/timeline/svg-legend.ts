import { type Layout, padding, textWidth } from './layout.ts';
import { legendItems, markNames } from './legend.ts';
import type { Timeline } from './model.ts';
import { element, escapeXml } from './xml.ts';

export function legendSvg(timeline: Timeline, { legendY, width }: Layout): string {
  let [x, y] = [padding, legendY];
  const items = legendItems(timeline).map(({ kind, name }) => {
    const needed = 18 + textWidth(name, 10) + 18;
    if (x + needed > width - padding) [x, y] = [padding, y + 16];
    const sign =
      kind in markNames
        ? element('use', { class: kind, href: `#tl-${kind}`, x: x + 6, y: y + 6 })
        : element('rect', {
            class: kind,
            x,
            y: kind === 'crit' ? y + 5 : y,
            width: 12,
            height: kind === 'crit' ? 3 : 12,
            rx: kind === 'crit' ? 0 : 2,
          });
    const stripes =
      kind === 'backOff' || kind === 'terminating' ? element('rect', { class: 'stripes', x, y, width: 12, height: 12, rx: 2 }) : '';
    const text = element('text', { class: 's m', x: x + 18, y: y + 10 }, escapeXml(name));
    x += needed;
    return sign + stripes + text;
  });
  return element('g', { class: 'legend' }, ...items, '');
}
