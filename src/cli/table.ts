import stringWidth from 'string-width';

/** Pads every column but the last to its widest cell. A cell may be a list of lines, which continue in rows of their own. */
export function table(rows: readonly (readonly Cell[])[]): string[] {
  const lines = rows.flatMap((cells) => {
    const height = Math.max(...cells.map((cell) => (typeof cell === 'string' ? 1 : cell.length)), 1);
    return Array.from({ length: height }, (_, line) => cells.map((cell) => (typeof cell === 'string' ? [cell] : cell)[line] ?? ''));
  });
  const widths = lines.reduce<number[]>((all, cells) => cells.map((cell, column) => Math.max(all[column] ?? 0, stringWidth(cell))), []);
  return lines.map((cells) =>
    cells
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - stringWidth(cell)))
      .join('   ')
      .trimEnd(),
  );
}

export type Cell = string | readonly string[];
