import { isAlias, isMap, isScalar, isSeq, type Document, type Pair, type YAMLMap } from 'yaml';

/** Where something stands in a file; both count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Says on which line and column of a text an index is. */
export class LinePositions {
  private readonly starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) this.starts.push(at + 1);
  }

  at(offset: number): Position {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (this.starts[low] ?? 0) + 1 };
  }
}

/**
 * Index of a field in the text of its document: of its key, or of the list item. When the field is not there, of the
 * nearest field around it that is.
 *
 * @param field - A path as errors give it: `spec.containers[0].resources.limits[nvidia.com/gpu]`. Keys may hold dots.
 */
export function findField(document: Document.Parsed, field: string): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (let rest = field; rest !== '';) {
    if (isAlias(node)) node = node.resolve(document);
    const step = isSeq(node) ? intoList(node.items, rest) : isMap(node) ? intoMap(node, rest) : undefined;
    if (step === undefined) break;
    offset = startOf(step.at) ?? offset;
    node = step.value;
    rest = step.rest;
  }
  return offset;
}

interface Step {
  /** The node that stands for the field. */
  readonly at: unknown;
  readonly value: unknown;
  readonly rest: string;
}

function intoList(items: readonly unknown[], rest: string): Step | undefined {
  const [text, index] = /^\[(\d+)\]\.?/.exec(rest) ?? [];
  if (text === undefined || Number(index) >= items.length) return undefined;
  const item = items[Number(index)];
  return { at: item, value: item, rest: rest.slice(text.length) };
}

function intoMap(map: YAMLMap, rest: string): Step | undefined {
  let best: { pair: Pair; key: string } | undefined;
  for (const pair of map.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : undefined;
    // The last of several equal keys counts; of keys that hold dots the longest one.
    if (key !== undefined && leads(rest, key) && key.length >= (best?.key.length ?? 0)) best = { pair, key };
  }
  if (best === undefined) return undefined;
  const length = rest.startsWith('[') ? best.key.length + 2 : best.key.length;
  return { at: best.pair.key, value: best.pair.value, rest: rest.slice(length).replace(/^\./, '') };
}

function leads(rest: string, key: string): boolean {
  if (rest.startsWith('[')) return rest.startsWith(`[${key}]`);
  return rest.startsWith(key) && [undefined, '.', '['].includes(rest[key.length]);
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}
