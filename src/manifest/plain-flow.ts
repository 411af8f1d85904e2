import { resolvePlainScalar } from './plain-scalar.ts';

/** Thrown where text leaves the plain subset; one object, since only the fact counts. */
export const notPlain = new Error('not in the plain subset of YAML');

/** Plain and quoted keys of block and flow mappings alike. */
const plainKey = /[A-Za-z_][\w./-]*/y;
const doubleQuoted = /"([^"\\]*)"/y;
const escapedQuoted = /"(?:[^"\\]|\\["\\/bfnrt])*"/y;
const singleQuoted = /'([^']*)'/y;
const spaces = / */y;
const plainInFlow = /[A-Za-z0-9_./+~$(<=^;-][^,[\]{}#\t"']*/y;
const lineEnd = / *(?: #.*)?$/y;
const deepestFlow = 20;

/** Reads values that stand within one line of plain YAML: quoted scalars and flow collections. */
export class LineReader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** A quoted scalar or a flow collection that fills the rest of the line, but for a comment. */
  whole(): unknown {
    const value = this.value(0);
    if (this.match(lineEnd) === undefined) throw notPlain;
    return value;
  }

  /** A mapping's key with its colon; undefined when there is none here. */
  key(): string | undefined {
    const start = this.at;
    const quoted = this.quoted();
    const key = quoted ?? this.match(plainKey)?.[0];
    this.match(spaces);
    const next = this.text.charAt(this.at + 1);
    if (key === undefined || this.text.charAt(this.at) !== ':' || (next !== ' ' && next !== '')) {
      this.at = start;
      return undefined;
    }
    if (key === '__proto__' || (quoted === undefined && resolvePlainScalar(key) !== key)) throw notPlain;
    this.at++;
    this.match(spaces);
    return key;
  }

  private value(depth: number): unknown {
    if (depth > deepestFlow) throw notPlain;
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

  private list(depth: number): unknown[] {
    const list: unknown[] = [];
    this.step();
    while (this.text.charAt(this.at) !== ']') {
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
      const key = this.key();
      if (key === undefined || Object.hasOwn(map, key)) throw notPlain;
      map[key] = this.value(depth + 1);
      if (!this.comma('}')) break;
    }
    this.at++;
    return map;
  }

  /** Past a comma, true; before the closing bracket, false. */
  private comma(end: string): boolean {
    this.match(spaces);
    const char = this.text.charAt(this.at);
    if (char === end) return false;
    if (char !== ',') throw notPlain;
    this.step();
    return true;
  }

  private step(): void {
    this.at++;
    this.match(spaces);
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
    const text = this.match(plainInFlow)?.[0].trimEnd();
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
