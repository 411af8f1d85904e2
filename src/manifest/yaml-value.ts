import { isAlias, isMap, isPair, isScalar, isSeq, type Document, type YAMLMap, type YAMLSeq } from 'yaml';

import { limits } from './limits.ts';
import { Marks } from './marks.ts';
import { NumberLiteral, numberFromText } from './number-literal.ts';
import { resolvePlainScalar } from './plain-scalar.ts';
import { ManifestSyntaxError } from './syntax-error.ts';

/** A document's value with what the value alone cannot show. */
export interface YamlValue {
  readonly value: unknown;
  /** Paths of the fields that are given more than once, such as `spec.containers[0].image`; the last one counts. */
  readonly duplicates: ReadonlySet<string>;
  readonly marks: Marks;
}

/**
 * The JSON value that a YAML document stands for in Kubernetes: plain scalars by `resolvePlainScalar`, keys as text,
 * aliases and merge keys (`<<`) put in. Throws `ManifestSyntaxError` where there is none.
 *
 * @param isJson - The text is JSON, whose numbers keep their spelling.
 */
export function toValue(document: Document.Parsed, isJson: boolean): YamlValue {
  const duplicates = new Set<string>();
  const marks = new Marks();
  const anchors = new Map<string, { value: unknown; size: number }>();
  let size = 0;

  function convert(node: unknown, path: string): unknown {
    if (isAlias(node)) return aliased(node.source, node.range?.[0] ?? 0);
    const before = size;
    if (++size > limits.values) throw tooLarge(offsetOf(node));
    const value = isMap(node) ? map(node, path) : isSeq(node) ? list(node, path) : scalar(node);
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined) anchors.set(anchor, { value, size: size - before });
    return value;
  }

  function aliased(name: string, offset: number): unknown {
    const found = anchors.get(name);
    if (found === undefined) throw new ManifestSyntaxError(`alias *${name} has no complete anchor &${name} before it`, offset);
    size += found.size;
    if (size > limits.values) throw tooLarge(offset);
    return found.value;
  }

  function list(node: YAMLSeq, path: string): unknown[] {
    const items: unknown[] = [];
    for (const [i, item] of node.items.entries()) {
      marks.set(items, i, offsetOf(item));
      items.push(convert(item, `${path}[${i}]`));
    }
    return items;
  }

  function map(node: YAMLMap, path: string): Record<string, unknown> {
    const own = new Map<string, unknown>();
    const places = new Map<string, number>();
    const merged = new Map<string, unknown>();
    for (const pair of node.items) {
      if (!isPair(pair)) continue;
      if (isScalar(pair.key) && pair.key.type === 'PLAIN' && pair.key.value === '<<') {
        for (const [key, value] of mergeSources(convert(pair.value, `${path}.<<`), offsetOf(pair.value)))
          if (!merged.has(key)) merged.set(key, value);
        continue;
      }
      const key = keyText(convert(pair.key, path), offsetOf(pair.key));
      const member = path === '' ? key : `${path}.${key}`;
      if (own.has(key)) duplicates.add(member);
      own.set(key, convert(pair.value, member));
      places.set(key, offsetOf(pair.key));
    }
    for (const [key, value] of merged) if (!own.has(key)) own.set(key, value);
    const value = Object.fromEntries(own);
    for (const [key, offset] of places) marks.set(value, key, offset);
    return value;
  }

  function scalar(node: unknown): unknown {
    if (!isScalar(node)) return null;
    // All scalars are text, by the failsafe schema.
    const text = typeof node.value === 'string' ? node.value : '';
    const isPlain = node.type === 'PLAIN';
    if (node.tag === '!!str' || node.tag === 'tag:yaml.org,2002:str' || (!isPlain && !isStandardTag(node.tag))) return text;
    return isJson ? (jsonWords.has(text) ? jsonWords.get(text) : numberFromText(text)) : resolvePlainScalar(text);
  }

  marks.start = offsetOf(document.contents);
  return { value: convert(document.contents, ''), duplicates, marks };
}

const jsonWords = new Map<string, unknown>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

function isStandardTag(tag: string | undefined): boolean {
  return tag !== undefined && /^(?:tag:yaml\.org,2002:|!!)(?:int|float|bool|null)$/.test(tag);
}

function* mergeSources(value: unknown, offset: number): Iterable<[string, unknown]> {
  const sources: unknown[] = Array.isArray(value) ? value : [value];
  for (const source of sources) {
    if (typeof source !== 'object' || source === null || Array.isArray(source) || source instanceof NumberLiteral)
      throw new ManifestSyntaxError('map merge requires map or sequence of maps as the value', offset);
    yield* Object.entries(source);
  }
}

function keyText(key: unknown, offset: number): string {
  if (key instanceof NumberLiteral) return key.text;
  if (key === null || typeof key === 'object') throw new ManifestSyntaxError('a field name must be text', offset);
  return typeof key === 'string' ? key : JSON.stringify(key);
}

function tooLarge(offset: number): ManifestSyntaxError {
  return new ManifestSyntaxError(
    `more than ${limits.values.toLocaleString('en')} values, aliases put in; split it into smaller files`,
    offset,
  );
}

function offsetOf(node: unknown): number {
  return (isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)) && node.range ? node.range[0] : 0;
}
