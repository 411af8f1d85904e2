import picocolors from 'picocolors';
import type { SpanState } from '../../trace/container-timeline.ts';

export type Colors = ReturnType<typeof picocolors.createColors>;

/** How a view draws: with which colours and with which characters. */
export interface Style {
  readonly colors: Colors;
  readonly glyphs: Glyphs;
}

export interface Glyphs {
  readonly states: Readonly<Record<SpanState, string>>;
  readonly marks: Readonly<Record<'failure' | 'success' | 'restart' | 'error', string>>;
  /** Between a name and a line of its output. */
  readonly pipe: string;
  readonly rule: string;
  readonly ellipsis: string;
}

/** The characters tell everything without the colours, each one column wide. */
export const unicode: Glyphs = {
  states: { waiting: '·', backOff: '┄', running: '▒', ready: '█', terminating: '▞' },
  marks: { failure: '!', success: '✓', restart: '↻', error: '✗' },
  pipe: '│',
  rule: '─',
  ellipsis: '…',
};

export const ascii: Glyphs = {
  states: { waiting: '.', backOff: '~', running: '-', ready: '=', terminating: '%' },
  marks: { failure: '!', success: '+', restart: '@', error: 'X' },
  pipe: '|',
  rule: '-',
  ellipsis: '..',
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Colours and characters for a stream. NO_COLOR and FORCE_COLOR decide before what the stream is. */
export function styleFor(stream: { readonly isTTY?: boolean }, environment: Environment): Style {
  return { colors: picocolors.createColors(hasColors(stream, environment)), glyphs: hasUnicode(environment) ? unicode : ascii };
}

/** https://no-color.org: any value that is not empty. FORCE_COLOR=0 means no as well. */
function hasColors(stream: { readonly isTTY?: boolean }, { NO_COLOR, FORCE_COLOR, TERM }: Environment): boolean {
  if (NO_COLOR) return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return stream.isTTY === true && TERM !== 'dumb';
}

/** The Linux console lacks most of the characters; a locale that is set to something else than UTF-8 is believed. */
function hasUnicode({ TERM, LC_ALL, LC_CTYPE, LANG }: Environment): boolean {
  const locale = LC_ALL || LC_CTYPE || LANG;
  return TERM !== 'linux' && (!locale || /utf-?8/i.test(locale));
}

/** One colour for each container, in the order in which they are asked for. */
export class Palette {
  readonly #colors: readonly ((text: string) => string)[];
  readonly #assigned = new Map<string, (text: string) => string>();

  constructor({ cyan, magenta, blue, green, yellow, cyanBright, magentaBright, blueBright, greenBright, yellowBright }: Colors) {
    this.#colors = [cyan, magenta, blue, green, yellow, cyanBright, magentaBright, blueBright, greenBright, yellowBright];
  }

  color(name: string): (text: string) => string {
    let color = this.#assigned.get(name);
    if (color === undefined) {
      color = this.#colors[this.#assigned.size % this.#colors.length] ?? String;
      this.#assigned.set(name, color);
    }
    return color;
  }
}
