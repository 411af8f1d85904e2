import type { Marks } from './marks.ts';
import { resolvePlainScalar } from './plain-scalar.ts';

/** Thrown where text leaves the plain subset; one object, since only the fact counts. */
export const notPlain = new Error('not in the plain subset of YAML');

/** How flow collections are written. */
export interface FlowStyle {
  /** What may stand between tokens; sticky. */
  readonly space: RegExp;
  /** Whether a value may follow a key's colon without a space. */
  readonly isTight: boolean;
  readonly deepest: number;
}

/** Within a line of YAML. */
export const lineStyle: FlowStyle = { space: / */y, isTight: false, deepest: 20 };

const plainKey = /[A-Za-z_][\w./-]*/y;
const doubleQuoted = /"([^"\\]*)"/y;
const escapedQuoted = /"[^"\\]*(?:\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})[^"\\]*)*"/y;
const singleQuoted = /'([^']*)'/y;
const plainInFlow = /[A-Za-z0-9_./+~$(<=^;-][^,[\]{}#\s"']*(?: +[^,[\]{}#\s"']+)*/y;
const lineEnd = / *(?: #.*)?$/y;

/** Reads quoted scalars and flow collections, and the keys of block mappings. */
export class FlowReader {
  at: number;
  private readonly text: string;
  private readonly style: FlowStyle;
  private readonly marks: Marks | undefined;
  /** Index of the text within the document's, for the marks. */
  private readonly offset: number;

  constructor(text: string, at: number, style: FlowStyle, marks?: Marks, offset = 0) {
    this.text = text;
    this.at = at;
    this.style = style;
    this.marks = marks;
    this.offset = offset;
  }

  /** A quoted scalar or a flow collection that fills the rest of the line, but for a comment. */
  wholeLine(): unknown {
    const value = this.value(0);
    if (this.match(lineEnd) === undefined) throw notPlain;
    return value;
  }

  value(depth: number): unknown {
    if (depth > this.style.deepest) throw notPlain;
    switch (this.text.charAt(this.at)) {
      case '[':
        return this.list(depth);
      case '{':
        return this.map(depth);
      case '"':
      case "'":
        return this.quoted();
      default:
        return this.plain();
    }
  }

  /** A mapping's key with its colon; undefined when there is none here. */
  key(): string | undefined {
    const start = this.at;
    const quoted = this.quoted();
    const key = quoted ?? this.match(plainKey)?.[0];
    this.match(this.style.space);
    const next = this.text.charAt(this.at + 1);
    if (key === undefined || this.text.charAt(this.at) !== ':' || (!this.style.isTight && next !== ' ' && next !== '')) {
      this.at = start;
      return undefined;
    }
    if (key === '__proto__' || (quoted === undefined && resolvePlainScalar(key) !== key)) throw notPlain;
    this.step();
    return key;
  }

  private list(depth: number): unknown[] {
    const list: unknown[] = [];
    this.step();
    while (this.text.charAt(this.at) !== ']') {
      this.marks?.set(list, list.length, this.offset + this.at);
      list.push(this.value(depth + 1));
      if (!this.comma(']')) break;
    }
    this.at++;
    return list;
  }

  private map(depth: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    this.step();
    while (this.text.charAt(this.at) !== '}') {
      const start = this.at;
      const key = this.key();
      if (key === undefined || Object.hasOwn(map, key)) throw notPlain;
      this.marks?.set(map, key, this.offset + start);
      map[key] = this.value(depth + 1);
      if (!this.comma('}')) break;
    }
    this.at++;
    return map;
  }

  /** Past a comma, true; before the closing bracket, false. */
  private comma(end: string): boolean {
    this.match(this.style.space);
    const char = this.text.charAt(this.at);
    if (char === end) return false;
    if (char !== ',') throw notPlain;
    this.step();
    return true;
  }

  private step(): void {
    this.at++;
    this.match(this.style.space);
  }

  private quoted(): string | undefined {
    const plain = this.match(doubleQuoted) ?? this.match(singleQuoted);
    if (plain !== undefined) {
      // A second quote right behind is '' within a single-quoted scalar, or an error.
      if (this.text.charAt(this.at) === "'" || this.text.charAt(this.at) === '"') throw notPlain;
      return plain[1];
    }
    const escaped = this.match(escapedQuoted);
    if (escaped === undefined) {
      if (this.text.charAt(this.at) === '"' || this.text.charAt(this.at) === "'") throw notPlain;
      return undefined;
    }
    return JSON.parse(escaped[0]) as string;
  }

  private plain(): unknown {
    const text = this.match(plainInFlow)?.[0];
    if (text === undefined || text.includes(': ') || text.endsWith(':') || text === '-' || text.startsWith('- ')) throw notPlain;
    return resolvePlainScalar(text);
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.at = pattern.lastIndex;
    return found;
  }
}
