/** A line as its cells; all but the last end a column. */
export type Row = readonly string[];

/**
 * Lines as kubectl aligns them: a column reaches over the lines next to each other that have it, and is as wide as its widest cell and
 * two spaces. Source: elastic tabstops, as Go's text/tabwriter has them.
 */
export function alignColumns(rows: readonly Row[]): string[] {
  const lines = rows.map(() => '');
  layOut(rows, lines, 0, rows.length, 0);
  return lines;
}

const padding = 2;

/** Lays out the column and, block by block of lines that have it, those to its right. */
function layOut(rows: readonly Row[], lines: string[], from: number, to: number, column: number): void {
  for (let at = from; at < to; at++) {
    if (!hasColumn(rows[at], column)) {
      lines[at] = `${lines[at] ?? ''}${rows[at]?.[column] ?? ''}`;
      continue;
    }
    const start = at;
    while (at < to && hasColumn(rows[at], column)) at++;
    const block = rows.slice(start, at);
    const width = Math.max(...block.map((row) => widthOf(row[column] ?? ''))) + padding;
    for (const [index, row] of block.entries()) lines[start + index] = `${lines[start + index] ?? ''}${padEnd(row[column] ?? '', width)}`;
    layOut(rows, lines, start, at, column + 1);
    at--;
  }
}

/** The last cell of a line is no column. */
function hasColumn(row: Row | undefined, column: number): boolean {
  return row !== undefined && column < row.length - 1;
}

function widthOf(text: string): number {
  return Array.from(text).length;
}

function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(width - widthOf(text), 0));
}
