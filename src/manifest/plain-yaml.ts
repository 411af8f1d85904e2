import { limits } from './limits.ts';
import type { Marks } from './marks.ts';
import { FlowReader, lineStyle, notPlain } from './plain-flow.ts';
import { TooManyValues } from './syntax-error.ts';
import { resolvePlainScalar } from './plain-scalar.ts';

/**
 * Reads the plain subset of YAML that nearly all manifests are written in, ten times as fast as the general reader:
 * block mappings and lists, one-line scalars and flow collections, literal blocks, comments. Undefined for anything
 * else (anchors, tags, folded scalars, duplicate keys, errors, ...), which the general reader then decides; what it
 * does read it reads exactly as that one does. Throws `TooManyValues`.
 *
 * @param text - One document, with or without the `---` before it.
 * @param marks - Gets the place of every field.
 */
export function readPlainYaml(text: string, marks?: Marks): { readonly value: unknown } | undefined {
  if (special.test(text)) return undefined;
  try {
    return { value: new PlainYaml(text, marks).document() };
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

// Control characters, line breaks of other systems, byte order marks.
// eslint-disable-next-line no-control-regex
const special = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/;
const documentStart = /^---(?: *$| +#)/;
const blank = /^ *(?:#.*)?$/;
const literalHeader = /^\|(-?)(?: +#.*| *)$/;
const notPlainStart = new Set('&*!|>%@`,]}#?:');
const deepest = 50;

class PlainYaml {
  private readonly lines: string[];
  private readonly endsWithBreak: boolean;
  private readonly marks: Marks | undefined;
  /** Index of each line in the text; only there with marks. */
  private readonly starts: number[] = [];
  private at = 0;
  private depth = 0;
  private values = 0;

  constructor(text: string, marks: Marks | undefined) {
    this.lines = text.split('\n');
    this.endsWithBreak = text.endsWith('\n');
    this.marks = marks;
    if (marks !== undefined)
      for (let i = 0, start = 0; i < this.lines.length; start += (this.lines[i++]?.length ?? 0) + 1) this.starts.push(start);
  }

  document(): unknown {
    this.skipBlank();
    if (documentStart.test(this.line())) this.at++;
    const indent = Math.max(0, this.nextIndent());
    if (this.marks !== undefined) this.marks.start = this.offset(indent);
    const value = this.block(0);
    this.skipBlank();
    if (this.at < this.lines.length) throw notPlain;
    return value;
  }

  /** The collection that starts on the next line with content, when that is indented by `indent` or more; otherwise null. */
  private block(indent: number): unknown {
    const found = this.nextIndent();
    if (found < indent) return null;
    if (++this.depth > deepest) throw notPlain;
    const value = isItem(this.line(), found) ? this.list(found) : this.map(found);
    this.depth--;
    return value;
  }

  private list(indent: number): unknown[] {
    const list: unknown[] = [];
    while (this.nextIndent() === indent && isItem(this.line(), indent)) {
      this.count(1);
      const line = this.line();
      let start = indent + 1;
      while (line.charAt(start) === ' ') start++;
      this.marks?.set(list, list.length, this.offset(start));
      if (isEnd(line, start)) {
        this.at++;
        const found = this.nextIndent();
        if (found > indent) this.marks?.set(list, list.length, this.offset(found));
        list.push(this.block(indent + 1));
      } else if (isItem(line, start) || new FlowReader(line, start, lineStyle).key() !== undefined) {
        // A collection that starts on the dash's own line is indented as far as its first key or dash.
        this.lines[this.at] = ' '.repeat(start) + line.slice(start);
        list.push(this.block(start));
      } else {
        list.push(this.inline(start, indent));
      }
    }
    if (this.indent() > indent) throw notPlain;
    return list;
  }

  private map(indent: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    while (this.nextIndent() === indent) {
      this.count(1);
      const reader = new FlowReader(this.line(), indent, lineStyle);
      const key = reader.key();
      if (key === undefined || Object.hasOwn(map, key)) throw notPlain;
      this.marks?.set(map, key, this.offset(indent));
      map[key] = isEnd(this.line(), reader.at) ? this.nested(indent) : this.inline(reader.at, indent);
    }
    if (this.indent() > indent) throw notPlain;
    return map;
  }

  /** What follows on the lines after `key:`. A list may stand as far left as its key. */
  private nested(indent: number): unknown {
    this.at++;
    return this.block(this.nextIndent() === indent && isItem(this.line(), indent) ? indent : indent + 1);
  }

  /** A value that starts on the current line at `start`, in a collection indented by `indent`. */
  private inline(start: number, indent: number): unknown {
    const line = this.line();
    const rest = line.slice(start);
    if (rest.includes('\t')) throw notPlain;
    const first = rest.charAt(0);
    if (first === '|') return this.literal(rest, indent);
    const offset = this.offset(0);
    this.at++;
    if (first === '"' || first === "'" || first === '[' || first === '{') {
      if (first === '[' || first === '{') this.count(countCommas(rest));
      return new FlowReader(line, start, lineStyle, this.marks, offset).wholeLine();
    }
    if (notPlainStart.has(first) || (first === '-' && ' '.includes(rest.charAt(1)))) throw notPlain;
    const comment = rest.indexOf(' #');
    const scalar = (comment === -1 ? rest : rest.slice(0, comment)).trimEnd();
    if (scalar.includes(': ') || scalar.endsWith(':')) throw notPlain;
    return resolvePlainScalar(scalar);
  }

  private literal(header: string, indent: number): string {
    const chomp = literalHeader.exec(header)?.[1];
    if (chomp === undefined) throw notPlain;
    const start = ++this.at;
    while (this.at < this.lines.length && /^ *$/.test(this.line())) this.at++;
    const width = this.indent();
    if (width <= indent) throw notPlain;
    const content: string[] = [];
    this.at = start;
    for (; this.at < this.lines.length; this.at++) {
      const line = this.line();
      const isEmpty = /^ *$/.test(line);
      if (!isEmpty && indentOf(line) < width) break;
      if (isEmpty && line.length > width) throw notPlain;
      content.push(line.slice(width));
    }
    if (this.at === this.lines.length && !this.endsWithBreak) throw notPlain;
    if (this.at < this.lines.length && /^\s*\t/.test(this.line())) throw notPlain;
    let length = content.length;
    while (length > 0 && content[length - 1] === '') length--;
    return content.slice(0, length).join('\n') + (chomp === '-' ? '' : '\n');
  }

  private count(values: number): void {
    this.values += values;
    if (this.values > limits.documentValues) throw new TooManyValues(0);
  }

  private skipBlank(): void {
    while (this.at < this.lines.length && blank.test(this.line())) this.at++;
  }

  /** Index in the text of a column of the current line; only counts with marks. */
  private offset(column: number): number {
    return (this.starts[this.at] ?? 0) + column;
  }

  private line(): string {
    return this.lines[this.at] ?? '';
  }

  /** Spaces before the content of the next line that has any; -1 after the last line. */
  private nextIndent(): number {
    this.skipBlank();
    return this.indent();
  }

  private indent(): number {
    return this.at < this.lines.length ? indentOf(this.line()) : -1;
  }
}

function indentOf(line: string): number {
  let at = 0;
  while (line.charCodeAt(at) === 32) at++;
  return at;
}

/** Whether nothing follows but a comment. */
function isEnd(line: string, at: number): boolean {
  return at >= line.length || line.charAt(at) === '#';
}

function isItem(line: string, at: number): boolean {
  return line.charAt(at) === '-' && (line.length === at + 1 || line.charAt(at + 1) === ' ');
}

function countCommas(text: string): number {
  let count = 0;
  for (let at = text.indexOf(','); at !== -1; at = text.indexOf(',', at + 1)) count++;
  return count;
}
