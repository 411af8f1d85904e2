import stringWidth from 'string-width';

/**
 * Pads every column but the last to its widest cell. A cell may be a list of lines, which continue in rows of their own.
 *
 * @param widths - How wide the columns are already; grows, for tables to which rows are added later.
 */
export function table(rows: readonly (readonly Cell[])[], widths: number[] = []): string[] {
  const lines = rows.flatMap((cells) => {
    const height = Math.max(...cells.map((cell) => (typeof cell === 'string' ? 1 : cell.length)), 1);
    return Array.from({ length: height }, (_, line) => cells.map((cell) => (typeof cell === 'string' ? [cell] : cell)[line] ?? ''));
  });
  for (const cells of lines) cells.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, stringWidth(cell))));
  return lines.map((cells) =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell)))
      .join('   ')
      .trimEnd(),
  );
}

export type Cell = string | readonly string[];
