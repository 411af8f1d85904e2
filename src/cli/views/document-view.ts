import stringWidth from 'string-width';
import type { Block, Document, Section, Term } from '../../explain/text/document.ts';
import { outputText } from './output-text.ts';
import { Palette } from './style.ts';
import type { Colors } from './style.ts';
import { wrap } from './wrap.ts';

export interface DocumentLayout {
  /** Columns that a line may take. */
  readonly width: number;
  readonly colors: Colors;
}

/** Lays a document out in lines. Names of containers keep one colour throughout. */
export function documentLines({ title, intro, sections }: Document, { width, colors }: DocumentLayout): string[] {
  const layout: Layout = { width: Math.max(width, narrowest), colors, palette: new Palette(colors) };
  return [
    ...wrapped(clean(title), layout.width).map(colors.bold),
    ...intro.flatMap((text) => wrapped(clean(text), layout.width)),
    ...sections.flatMap((one) => ['', ...sectionLines(one, layout)]),
  ];
}

/** Below this, lines are rather too long than words too short. */
const narrowest = 40;

interface Layout extends DocumentLayout {
  readonly palette: Palette;
}

function sectionLines({ title, blocks }: Section, layout: Layout): string[] {
  return [layout.colors.bold(clean(title)), ...blocks.flatMap((block) => blockLines(block, layout))];
}

function blockLines(block: Block, layout: Layout): string[] {
  const { colors } = layout;
  switch (block.kind) {
    case 'text':
      return hanging('  ', clean(block.text), layout);
    case 'steps': {
      const digits = String(block.items.length).length;
      return block.items.flatMap((item, i) => hanging(`  ${String(i + 1).padStart(digits)}. `, clean(item), layout));
    }
    case 'bullets':
      return block.items.flatMap((item) => hanging('  - ', clean(item), layout));
    case 'terms':
      return termLines(block.items, layout);
    case 'claims':
      return block.items.flatMap(({ claim, answer }) => [
        ...hanging('  - ', `"${clean(claim)}"`, layout).map(colors.dim),
        ...hanging('    ', clean(answer), layout),
      ]);
    case 'table':
      return tableLines([block.head, ...block.rows], layout);
  }
}

/** Terms in a column of their own, if they are short; else each above its text. */
function termLines(items: readonly Term[], layout: Layout): string[] {
  const widest = Math.max(...items.map(({ term }) => stringWidth(clean(term))));
  const isColumn = widest <= layout.width / 4;
  return items.flatMap((item) => {
    const term = clean(item.term);
    const color = item.container === undefined ? layout.colors.bold : layout.palette.color(item.container);
    if (!isColumn) return [`  ${color(term)}`, ...hanging('    ', clean(item.text), layout)];
    const [first = '', ...rest] = hanging(' '.repeat(widest + 4), clean(item.text), layout);
    return [`  ${color(term)}${first.slice(2 + stringWidth(term))}`, ...rest];
  });
}

/** Columns of equal width, the first as wide as its widest cell; the head is underlined. */
function tableLines(rows: readonly (readonly string[])[], { width, colors }: Layout): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const first = Math.max(
    ...rows.map(([cell = '']) =>
      Math.max(
        ...clean(cell)
          .split(' ')
          .map((word) => stringWidth(word)),
      ),
    ),
  );
  const other = Math.floor((width - 2 - first - 3 * (columns - 1)) / (columns - 1));
  return rows.flatMap((row, number) => {
    const cells = row.map((cell, column) => wrapped(clean(cell), column === 0 ? first : other));
    const height = Math.max(...cells.map((lines) => lines.length));
    const lines = Array.from({ length: height }, (_, line) =>
      `  ${cells.map((cell, column) => pad(cell[line] ?? '', column === 0 ? first : other)).join('   ')}`.trimEnd(),
    );
    return number === 0 ? lines.map(colors.bold) : ['', ...lines];
  });
}

/** A paragraph whose later lines stand below the text of the first. */
function hanging(start: string, text: string, { width }: Layout): string[] {
  const indent = ' '.repeat(start.length);
  return wrapped(text, width - start.length).map((line, i) => `${i === 0 ? start : indent}${line}`);
}

/** Numbers stay with their units: `2 min 40 s`, `code 0`. */
function wrapped(text: string, width: number): string[] {
  const joined = text.replaceAll(/(?<=\d) (?=(?:s|min|h)\b)|(?<=\d (?:min|h)) (?=\d+ (?:min|s)\b)|(?<=\bcode) (?=\d)/g, '\u00a0');
  // Words that need more than a line, such as image names, are cut.
  const words = joined
    .split(' ')
    .flatMap((word) => (word.length <= width ? [word] : (word.match(new RegExp(`.{1,${width}}`, 'gu')) ?? [])));
  return wrap(words.join(' '), width).map((line) => line.replaceAll('\u00a0', ' '));
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - stringWidth(text)));
}

/** What manifests say may hold anything; on the terminal it neither breaks a line nor sends a control sequence. */
function clean(text: string): string {
  return outputText(text.replaceAll(/\s+/g, ' '), false);
}
