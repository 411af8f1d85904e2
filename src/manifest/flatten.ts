import { limits } from './limits.ts';
import type { ManifestDocument } from './parse.ts';
import type { Position } from './position.ts';

/** One object of a file: a document, or an item of a List. */
export interface ManifestObject {
  readonly value: unknown;
  /** Paths of fields given more than once, relative to the object. */
  readonly duplicates: ReadonlySet<string>;
  locate(field: string): Position;
}

/** The objects of a document: itself, or the items of the List (`List`, `PodList`, ...) that it is, Lists within Lists included. */
export function* flattenLists(document: ManifestDocument): Generator<ManifestObject> {
  yield* flatten(document.value, '', document, 0);
}

function* flatten(value: unknown, path: string, document: ManifestDocument, depth: number): Generator<ManifestObject> {
  const list = depth < limits.depth ? asList(value) : undefined;
  if (list === undefined) {
    yield objectAt(value, path, document);
    return;
  }
  for (const [i, item] of list.entries()) yield* flatten(item, `${path === '' ? '' : `${path}.`}items[${i}]`, document, depth + 1);
}

function asList(value: unknown): unknown[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, apiVersion, items } = value as Readonly<Record<string, unknown>>;
  if (typeof kind !== 'string' || !kind.endsWith('List') || !Array.isArray(items)) return undefined;
  const itemKind = kind.slice(0, -'List'.length);
  if (itemKind === '') return items as unknown[];
  // Items of a typed list need not say again what they are.
  return items.map((item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item) ? { apiVersion, kind: itemKind, ...item } : item,
  );
}

function objectAt(value: unknown, path: string, document: ManifestDocument): ManifestObject {
  if (path === '') return document;
  const prefix = `${path}.`;
  const inside = [...document.duplicates].filter((field) => field.startsWith(prefix)).map((field) => field.slice(prefix.length));
  return { value, duplicates: new Set(inside), locate: (field) => document.locate(field === '' ? path : prefix + field) };
}
