import { flattenLists, type ManifestObject } from './flatten.ts';
import { limits } from './limits.ts';
import { loadObject, type LoadedObject } from './load-object.ts';
import type { ManifestError, ManifestItem } from './manifest-item.ts';
import { parseManifest, type ManifestDocument } from './parse.ts';
import type { Position } from './position.ts';
import { noReferenceObjects, type ReferenceObjects } from './references.ts';
import type { Workload } from './workload.ts';

/** A file's text with the name that errors give it. */
export interface ManifestSource {
  readonly file: string;
  readonly text: string;
}

/** A fault of a file that belongs to no Pod: its text cannot be read, or an object that Pods refer to is wrong. */
export interface ManifestProblem extends Position {
  readonly file: string;
  /** Kind and name of the object, where there is one. */
  readonly object?: string;
  readonly message: string;
  readonly suggestion?: string;
}

export interface LoadedManifests {
  /** One a Pod, in input order. */
  readonly items: readonly ManifestItem[];
  readonly problems: readonly ManifestProblem[];
  /** Of the items without an error. */
  readonly workloads: readonly Workload[];
  readonly references: ReferenceObjects;
  /** One sentence each, for example on kinds that were left out. */
  readonly notes: readonly string[];
  /** Objects found, of whatever kind. */
  readonly objectCount: number;
}

/**
 * Turns manifests into what is to run: reads, decodes strictly, derives the Pods of templates, defaults and validates,
 * as the API server of Kubernetes 1.36 would. Never throws for what the texts say.
 *
 * @param newUid - Makes the uid of an object (a random UUID).
 */
export function loadManifests(sources: Iterable<ManifestSource>, newUid: () => string): LoadedManifests {
  const items: ManifestItem[] = [];
  const problems: ManifestProblem[] = [];
  const references = noReferenceObjects();
  const leftOut = new Map<string, number>();
  let objectCount = 0;

  for (const { file, text } of sources) {
    const manifest = parseManifest(text);
    problems.push(...manifest.errors.map((error) => ({ file, ...error })));
    const objects = takeAtMost(limits.objects, objectsOf(manifest.documents));
    if (objects === undefined) {
      problems.push({
        file,
        line: 1,
        column: 1,
        message: `more than ${limits.objects.toLocaleString('en')} objects; split it into smaller files`,
      });
      continue;
    }
    for (const [documentIndex, object] of objects.entries()) record(loadObject(object, { file, documentIndex }, newUid, references), file);
    objectCount += objects.length;
  }

  function record(loaded: LoadedObject, file: string): void {
    if (loaded.role === 'item') items.push(loaded.item);
    else if (loaded.role === 'unknown') leftOut.set(loaded.kind, (leftOut.get(loaded.kind) ?? 0) + 1);
    else problems.push(...loaded.errors.map((error) => problemOf(error, file, loaded.object)));
  }

  return { items, problems, references, notes: notesOf(leftOut), objectCount, workloads: items.flatMap(({ workload }) => workload ?? []) };
}

function* objectsOf(documents: readonly ManifestDocument[]): Generator<ManifestObject> {
  for (const document of documents) yield* flattenLists(document);
}

/** All of them; undefined when there are more. */
function takeAtMost<T>(most: number, items: Iterable<T>): T[] | undefined {
  const taken: T[] = [];
  for (const item of items) if (taken.push(item) > most) return undefined;
  return taken;
}

function problemOf({ line, column, message, suggestion }: ManifestError, file: string, object: string): ManifestProblem {
  return { file, line, column, message, ...(object !== '' && { object }), ...(suggestion !== undefined && { suggestion }) };
}

function notesOf(leftOut: ReadonlyMap<string, number>): string[] {
  if (leftOut.size === 0) return [];
  const kinds = [...leftOut].map(([kind, count]) => (count === 1 ? kind : `${count} ${kind}`));
  const named = kinds.slice(0, mostKinds).join(', ') + (kinds.length > mostKinds ? ` and ${kinds.length - mostKinds} more kinds` : '');
  return [`left out, since they neither are Pods nor belong to Pods: ${named}`];
}

const mostKinds = 10;
