import stringWidth from 'string-width';
import type { Output } from './run-view.ts';

/**
 * The lines at the bottom of a terminal that are drawn again and again, while what is put above them scrolls away and stays. One
 * write a drawing, only of the lines that changed, in a synchronized update where the terminal knows that.
 */
export class ScreenRegion {
  readonly #output: Output;
  #lines: readonly string[] = [];
  #columns = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Shows `lines` (each fits the terminal's width) below everything so far and below `above`, which stays for good. */
  draw(lines: readonly string[], above: readonly string[] = []): void {
    const columns = this.#output.columns ?? 80;
    const before = this.#lines;
    const isUpdate = above.length === 0 && columns === this.#columns && lines.length >= before.length;
    if (isUpdate && lines.length === before.length && lines.every((line, index) => line === before[index])) return;
    const up = this.#rows(columns);
    const text = isUpdate
      ? lines.map((line, index) => (line === before[index] ? newLine : `${clearLine}${line}${newLine}`))
      : [up > 0 ? clearRegion : '', ...[...above, ...lines].map((line) => line + newLine)];
    // At the end, what Ctrl-C has echoed is cleared.
    this.#output.write(`${beginUpdate}\r${up > 0 ? `\u001B[${up}A` : ''}${text.join('')}${clearLine}${endUpdate}`);
    this.#lines = lines;
    this.#columns = columns;
  }

  /** The next drawing starts below whatever is on the screen by then. */
  forget(): void {
    this.#lines = [];
  }

  /** Rows that the region takes up now: a terminal that became narrower has wrapped its lines. */
  #rows(columns: number): number {
    if (columns >= this.#columns) return this.#lines.length;
    return this.#lines.reduce((rows, line) => rows + Math.max(Math.ceil(stringWidth(line) / columns), 1), 0);
  }
}

const newLine = '\r\n';
const clearLine = '\u001B[K';
/**
 * Clears this line and, from the next one, all below it: clearing all from the top corner would be taken for clearing the screen, of
 * which some terminals keep a copy in the scrollback.
 */
const clearRegion = `${clearLine}\u001B[B\r\u001B[J\u001B[A`;
const beginUpdate = '\u001B[?2026h';
const endUpdate = '\u001B[?2026l';
