import { elapsed } from '../printers/duration.ts';
import type { GroupLayout, Layout } from './layout.ts';
import type { PodTrack } from './model.ts';
import { bar } from './svg-parts.ts';
import { element } from './xml.ts';

/** A line below what was on the critical path, and a line down or up to what it released. */
export function criticalSvg(track: PodTrack, { rows }: GroupLayout, layout: Layout, isInteractive: boolean): string {
  const parts = { layout, isInteractive };
  const lineOf = (container: string | undefined): number | undefined => {
    const row = rows.find(
      (candidate) =>
        candidate.track === track &&
        (container === undefined ? candidate.kind === 'phase' : candidate.kind === 'container' && candidate.container.name === container),
    );
    return row && row.y + row.height - 4;
  };
  return track.criticalPath.links
    .map(({ container, what, fromMs, toMs }, index) => {
      const y = lineOf(container);
      if (y === undefined) return '';
      const next = lineOf(track.criticalPath.links[index + 1]?.container);
      const title = `critical path: ${container === undefined ? '' : `${container}, `}${what} ${elapsed(toMs - fromMs)}`;
      const isLast = index === track.criticalPath.links.length - 1;
      const [top, bottom] = [Math.min(y, next ?? y), Math.max(y, next ?? y)];
      return (
        bar({ fromMs, toMs, y, height: 3, title }, 'crit', parts) +
        (isLast || top === bottom
          ? ''
          : element('rect', {
              class: 'crit',
              x: layout.x(toMs) - 0.75,
              y: top,
              width: 1.5,
              height: bottom - top + 3,
              'data-at': isInteractive ? toMs : undefined,
            }))
      );
    })
    .join('');
}
