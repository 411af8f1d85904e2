import { limits } from './limits.ts';
import type { Marks } from './marks.ts';
import { FlowReader, type FlowStyle, notPlain } from './plain-flow.ts';

/** A JSON text within a larger one: several may follow one another. */
export interface JsonText {
  readonly start: number;
  readonly end: number;
  /**
   * Absent when JavaScript's value would lose something that counts (a field given twice, a number's own spelling),
   * and when it is nested too deeply: then the general reader decides.
   */
  readonly plain?: { readonly value: unknown };
  /** It has more values than a document may have. */
  readonly isTooLarge: boolean;
}

/** Splits text that consists of JSON objects or lists, one after the other. Undefined when it is anything else. */
export function readJsonTexts(text: string): JsonText[] | undefined {
  const found: JsonText[] = [];
  for (let start = skipSpace(text, 0); start < text.length; start = skipSpace(text, start)) {
    const extent = measure(text, start);
    if (extent === undefined) return undefined;
    const { end, isPlain, isShallow, isTooLarge, keys } = extent;
    const value = isShallow && !isTooLarge ? parse(text.slice(start, end)) : {};
    if (value === undefined) return undefined;
    const isWhole = isShallow && isPlain && !isTooLarge && countKeys(value) === keys;
    found.push({ start, end, isTooLarge, ...(isWhole && { plain: { value } }) });
    start = end;
  }
  return found;
}

const jsonStyle: FlowStyle = { space: /[ \t\r\n]*/y, isTight: true, deepest: limits.depth };

/** Reads a plain JSON text once more, with the place of every field. Undefined for names that JavaScript has for itself. */
export function readJsonMarks(text: string, marks: Marks): { readonly value: unknown } | undefined {
  try {
    return { value: new FlowReader(text, 0, jsonStyle, marks).value(0) };
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

/** Undefined when it is no JSON; a JSON text here is never null. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const code = { quote: 34, comma: 44, minus: 45, zero: 48, nine: 57, colon: 58, backslash: 92 };
const codes = (text: string): Set<number> => new Set(Array.from(text, (char) => char.charCodeAt(0)));
const open = codes('[{');
const close = codes(']}');
const fraction = codes('.eE');
const longestInteger = 15;

interface Extent {
  readonly end: number;
  readonly keys: number;
  /** No number in it is written oddly. */
  readonly isPlain: boolean;
  readonly isShallow: boolean;
  readonly isTooLarge: boolean;
}

/** Measures the object or list at `start`. */
function measure(text: string, start: number): Extent | undefined {
  if (!open.has(text.charCodeAt(start))) return undefined;
  let depth = 0;
  let deepest = 0;
  let keys = 0;
  let values = 0;
  let isPlain = true;
  for (let at = start; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === code.quote) {
      at = endOfString(text, at);
    } else if (open.has(char)) {
      values++;
      deepest = Math.max(deepest, ++depth);
    } else if (close.has(char)) {
      if (--depth === 0) {
        return {
          end: at + 1,
          keys,
          isPlain,
          isShallow: deepest <= limits.depth,
          isTooLarge: deepest <= limits.depth && values > limits.documentValues,
        };
      }
    } else if (char === code.colon) {
      keys++;
    } else if (char === code.comma) {
      values++;
    } else if (char === code.minus || (char >= code.zero && char <= code.nine)) {
      const end = endOfDigits(text, at + 1);
      const isNegativeZero = char === code.minus && text.charCodeAt(at + 1) === code.zero;
      if (end - at > longestInteger || isNegativeZero || fraction.has(text.charCodeAt(end))) isPlain = false;
      at = end - 1;
    }
  }
  return undefined;
}

function endOfString(text: string, start: number): number {
  for (let at = start + 1; ; at++) {
    at = text.indexOf('"', at);
    if (at === -1) return text.length;
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === code.backslash) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
}

function endOfDigits(text: string, at: number): number {
  while (text.charCodeAt(at) >= code.zero && text.charCodeAt(at) <= code.nine) at++;
  return at;
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (!Array.isArray(value)) count = Object.keys(value).length;
  for (const member of Object.values(value)) count += countKeys(member);
  return count;
}

function skipSpace(text: string, at: number): number {
  while (' \t\r\n'.includes(text.charAt(at)) && at < text.length) at++;
  return at;
}
