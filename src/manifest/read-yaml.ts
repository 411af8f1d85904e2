import { EVENT_ID, SCALAR_STYLE, type Event } from 'js-yaml';

import { resolveImplicitScalar, resolveJsonScalar } from './implicit-scalar.ts';
import { limits } from './limits.ts';
import { Marks } from './marks.ts';
import { NumberLiteral } from './number-literal.ts';
import { parseYaml, type RepeatBudget, type YamlEvents } from './parse-events.ts';
import { ManifestSyntaxError } from './syntax-error.ts';
import { anchorOf, offsetOf, scalarText, tagOf, type NodeEvent, type ScalarEvent } from './yaml-events.ts';

/** A document's value with what the value alone cannot show. */
export interface YamlValue {
  readonly value: unknown;
  /** Paths of the fields that are given more than once, such as `spec.containers[0].image`; the last one counts. */
  readonly duplicates: ReadonlySet<string>;
  readonly marks: Marks;
}

/** What is left of a file's limits. */
export interface ReadBudget extends RepeatBudget {
  /** Members of lists and maps, aliases put in; negative once there were more. */
  values: number;
}

/**
 * The JSON values that the documents of a YAML text stand for in Kubernetes: plain scalars by `resolveImplicitScalar`,
 * keys as text, aliases and merge keys (`<<`) put in. Throws `ManifestSyntaxError` where there is none.
 *
 * @param isJson - The text is JSON, whose numbers keep their spelling.
 * @param budget - Counted down, so that one may serve several texts.
 */
export function readYaml(text: string, isJson: boolean, budget: ReadBudget): YamlValue[] {
  return [...new EventReader(text, isJson, budget).documents()];
}

class EventReader {
  private readonly isJson: boolean;
  private readonly budget: ReadBudget;
  private readonly source: YamlEvents;
  private readonly text: string;
  private readonly events: readonly Event[];
  /** Index of the next event. */
  private at = 0;
  /** Where the latest node stands. */
  private offset = 0;
  private duplicates = new Set<string>();
  private marks = new Marks();
  private anchors = new Map<string, { readonly value: unknown; readonly size: number }>();

  constructor(text: string, isJson: boolean, budget: ReadBudget) {
    this.isJson = isJson;
    this.budget = budget;
    this.source = parseYaml(text, budget);
    this.text = this.source.text;
    this.events = this.source.events;
  }

  *documents(): Generator<YamlValue> {
    while (this.at < this.events.length) {
      this.duplicates = new Set();
      this.marks = new Marks();
      this.anchors = new Map();
      this.at++;
      this.marks.start = this.place();
      const value = this.node('');
      this.at++;
      yield { value, duplicates: this.duplicates, marks: this.marks };
    }
  }

  /** The next node, whose path is `path`. */
  private node(path: string): unknown {
    this.place();
    const event = this.events[this.at++] as NodeEvent;
    const anchor = anchorOf(this.text, event);
    if (event.type === EVENT_ID.ALIAS) return this.alias(anchor ?? '');
    const before = this.budget.values;
    const value = event.type === EVENT_ID.SCALAR ? this.scalar(event) : event.type === EVENT_ID.MAPPING ? this.map(path) : this.list(path);
    if (anchor !== undefined) this.anchors.set(anchor, { value, size: before - this.budget.values });
    return value;
  }

  private alias(name: string): unknown {
    const found = this.anchors.get(name);
    if (found === undefined) throw this.error(`alias *${name} has no complete anchor &${name} before it`);
    this.count(found.size);
    return found.value;
  }

  private list(path: string): unknown[] {
    const items: unknown[] = [];
    while (!this.isEnd()) {
      this.marks.set(items, items.length, this.place());
      this.count(1);
      items.push(this.node(`${path}[${items.length}]`));
      if (items.length > limits.values) throw this.error(tooManyInOne);
    }
    return items;
  }

  private map(path: string): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    const merged: Record<string, unknown>[] = [];
    for (let size = 1; !this.isEnd(); size++) {
      const place = this.place();
      this.count(1);
      if (size > limits.values) throw this.error(tooManyInOne);
      if (this.isMergeKey()) {
        this.at++;
        merged.push(...this.mergeSources(this.node(`${path}.<<`)));
        continue;
      }
      const key = this.key(path);
      const member = path === '' ? key : `${path}.${key}`;
      if (Object.hasOwn(map, key)) this.duplicates.add(member);
      put(map, key, this.node(member));
      this.marks.set(map, key, place);
    }
    // Of several sources the first one counts.
    for (const source of merged) for (const [key, value] of Object.entries(source)) if (!Object.hasOwn(map, key)) put(map, key, value);
    return map;
  }

  private isMergeKey(): boolean {
    const event = this.events[this.at];
    if (event?.type !== EVENT_ID.SCALAR || event.style !== SCALAR_STYLE.PLAIN) return false;
    return event.valueEnd - event.valueStart === '<<'.length && scalarText(this.text, event) === '<<';
  }

  private mergeSources(value: unknown): Record<string, unknown>[] {
    const sources: unknown[] = Array.isArray(value) ? value : [value];
    return sources.map((source) => {
      if (typeof source !== 'object' || source === null || Array.isArray(source) || source instanceof NumberLiteral)
        throw this.error('map merge requires map or sequence of maps as the value');
      return source as Record<string, unknown>;
    });
  }

  private key(path: string): string {
    const place = this.place();
    const key = this.node(path);
    if (key instanceof NumberLiteral) return key.text;
    if (key === null || typeof key === 'object') throw new ManifestSyntaxError('a field name must be text', place);
    return typeof key === 'string' ? key : JSON.stringify(key);
  }

  private scalar(event: ScalarEvent): unknown {
    const text = scalarText(this.text, event);
    const tag = tagOf(this.text, event);
    const isPlain = event.style === SCALAR_STYLE.PLAIN;
    if (tag === 'str' || tag === '!' || (!isPlain && !numberTags.has(tag))) return text;
    const value = this.isJson ? resolveJsonScalar(text) : resolveImplicitScalar(text);
    if (typeof value === 'number' && !Number.isFinite(value)) throw this.error(`${text} is a number that JSON does not have; quote it`);
    return value;
  }

  private isEnd(): boolean {
    if (this.events[this.at]?.type !== EVENT_ID.POP) return false;
    this.at++;
    return true;
  }

  /** Where the next node stands, or the one before it when it has no text. */
  private place(): number {
    const found = offsetOf(this.text, this.events[this.at] as NodeEvent);
    if (found !== undefined) this.offset = this.source.toSource(found);
    return this.offset;
  }

  private count(values: number): void {
    this.budget.values -= values;
    if (this.budget.values < 0)
      throw this.error(`more than ${limits.fileValues.toLocaleString('en')} values, aliases put in; split it into smaller files`);
  }

  private error(message: string): ManifestSyntaxError {
    return new ManifestSyntaxError(message, this.offset);
  }
}

const tooManyInOne = `more than ${limits.values.toLocaleString('en')} values in one list or map`;

/** `map[key] = value`, whatever JavaScript has under that name. */
function put(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
  else map[key] = value;
}

/** Tags that make a quoted scalar something other than text. */
const numberTags = new Set<string | undefined>(['int', 'float', 'bool', 'null']);
