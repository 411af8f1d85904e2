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
    const mustRewrite = above.length > 0 || columns !== this.#columns;
    if (!mustRewrite && lines.length === this.#lines.length && lines.every((line, index) => line === this.#lines[index])) return;
    const up = this.#rows(columns);
    const body = [...above, ...lines].map((line, index) =>
      !mustRewrite && line === this.#lines[index] ? '\r\n' : rewritten(line, columns),
    );
    // Clears the echo of Ctrl-C. More only where something is left: from the top corner, terminals take it for clearing the whole
    // screen, and keep a copy in the scrollback.
    const rest = up > above.length + lines.length || columns !== this.#columns ? clearBelow : clearLine;
    this.#output.write(`${beginUpdate}\r${up > 0 ? `\u001B[${up}A` : ''}${body.join('')}${rest}${endUpdate}`);
    this.#lines = lines;
    this.#columns = columns;
  }

  /** The next drawing starts below whatever is on the screen by then. */
  forget(): void {
    this.#lines = [];
  }

  /** Rows that the region takes up now: a terminal that became narrower has wrapped its lines. */
  #rows(columns: number): number {
    return this.#lines.reduce((rows, line) => rows + Math.max(Math.ceil(stringWidth(line) / columns), 1), 0);
  }
}

/** Writes over what stands there; a line that fills its last row has nothing left to clear, and would lose its last character. */
function rewritten(line: string, columns: number): string {
  const isFull = line !== '' && stringWidth(line) % columns === 0;
  return `${line}${isFull ? '' : clearLine}\r\n`;
}

const clearLine = '\u001B[K';
const clearBelow = '\u001B[J';
const beginUpdate = '\u001B[?2026h';
const endUpdate = '\u001B[?2026l';
