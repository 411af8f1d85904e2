import type { MarkKind, SegmentState } from './model.ts';

/** How the text is drawn: characters and colours. */
export interface TextTheme {
  readonly glyphs: TextGlyphs;
  readonly colors: TextColors;
}

/** Every one is one column wide, but `arrow`, `branch` and `ellipsis`. */
export interface TextGlyphs {
  readonly states: Readonly<Record<SegmentState, string>>;
  readonly marks: Readonly<Record<'failure' | 'success' | 'restart' | 'error', string>>;
  readonly condition: string;
  readonly phase: string;
  readonly tick: string;
  readonly branch: string;
  readonly ellipsis: string;
}

type Paint = (text: string) => string;

/** Picocolors has these. */
export type TextColors = Readonly<
  Record<'bold' | 'dim' | 'underline' | 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | 'white', Paint>
>;

export const unicodeGlyphs: TextGlyphs = {
  states: { waiting: '·', backOff: '┄', pulling: '↓', starting: '░', running: '▒', ready: '█', terminating: '▞' },
  marks: { failure: '!', success: '✓', restart: '↻', error: '✗' },
  condition: '━',
  phase: '─',
  tick: '┬',
  branch: '└─',
  ellipsis: '…',
};

export const asciiGlyphs: TextGlyphs = {
  states: { waiting: '.', backOff: '~', pulling: 'v', starting: ':', running: '-', ready: '=', terminating: '%' },
  marks: { failure: '!', success: '+', restart: '@', error: 'X' },
  condition: '#',
  phase: '-',
  tick: '+',
  branch: '`-',
  ellipsis: '..',
};

export function statePaint({ dim, yellow, blue, cyan, green, magenta }: TextColors, state: SegmentState): Paint {
  return { waiting: dim, backOff: yellow, pulling: blue, starting: blue, running: cyan, ready: green, terminating: magenta }[state];
}

/** Marks that a bar shows; the others it shows by its colours. */
export function markLook(kind: MarkKind): { readonly rank: number; readonly color: 'red' | 'yellow' | 'green' } | undefined {
  switch (kind) {
    case 'error':
      return { rank: 4, color: 'red' };
    case 'restart':
      return { rank: 3, color: 'yellow' };
    case 'failure':
      return { rank: 2, color: 'red' };
    case 'success':
      return { rank: 1, color: 'green' };
    case 'exit':
    case 'kill':
    case 'hook':
      return undefined;
  }
}
