/** A time axis of characters: `width` columns stand for `scaleMs` from `origin` on. */
export interface Axis {
  readonly origin: number;
  readonly scaleMs: number;
  readonly width: number;
}

export interface BarSpan<Look> {
  readonly from: number;
  readonly to: number;
  readonly look: Look;
}

export interface BarPoint<Look> {
  readonly time: number;
  /** The highest of a column is shown. */
  readonly rank: number;
  readonly look: Look;
}

/**
 * Times as columns of characters: in each the span that takes most of the column's time, and over it the most telling point of that
 * time. Columns that nothing touches are undefined; so are those after the last, which are left out.
 */
export function barCells<Look>(spans: readonly BarSpan<Look>[], points: readonly BarPoint<Look>[], axis: Axis): (Look | undefined)[] {
  const msPerColumn = axis.scaleMs / axis.width;
  const columnOf = (time: number): number => Math.min(Math.floor((time - axis.origin) / msPerColumn), axis.width - 1);
  const cells: Look[] = [];
  const longest: number[] = [];
  for (const { look, from, to } of spans) {
    const first = Math.max(columnOf(from), 0);
    // A span that ends where a column begins has no part in that column.
    const last = Math.max(Math.min(Math.ceil((to - axis.origin) / msPerColumn), axis.width) - 1, first);
    for (let column = first; column <= last; column++) {
      const start = axis.origin + column * msPerColumn;
      const ms = Math.min(to, start + msPerColumn) - Math.max(from, start);
      if (ms < (longest[column] ?? 0)) continue;
      longest[column] = ms;
      cells[column] = look;
    }
  }
  const ranks: number[] = [];
  for (const { look, time, rank } of points) {
    const column = columnOf(time);
    if (column < 0 || rank < (ranks[column] ?? 0)) continue;
    ranks[column] = rank;
    cells[column] = look;
  }
  // Columns that no span touches are holes.
  return Array.from(cells, (cell: Look | undefined) => cell);
}
