import { type ManifestObject, flattenLists } from '../manifest/flatten.ts';
import { parseManifest } from '../manifest/parse.ts';
import { Failure } from './failure.ts';

/** What a program printed, of any size. */
export interface PrintedObjects {
  readonly objects: readonly ManifestObject[];
  /** The line at which the text breaks off, as that of a program that was stopped; what came before is whole. */
  readonly cutAtLine?: number;
}

/**
 * The objects of what kubectl or this program printed: one JSON text, JSON texts after each other (one a line, or indented), or YAML.
 * Lists are taken apart.
 *
 * @throws {Failure} that names the place when it is none of these.
 */
export function printedObjects(file: string, text: string): PrintedObjects {
  const printed = jsonTexts(text);
  if (printed) return { ...printed, objects: printed.objects.flatMap((document) => [...flattenLists(document)]) };
  const { documents, errors } = parseManifest(text);
  const [error] = errors;
  if (error) throw new Failure(`${file}:${error.line}:${error.column}: ${error.message}`);
  return { objects: documents.flatMap((document) => [...flattenLists(document)]) };
}

/** `{"type":"ADDED","object":{...}}`, as `--output-watch-events` prints it; `time` is what this program adds. */
export function asWatchEvent(value: unknown): { readonly type: string; readonly time?: string; readonly object: unknown } | undefined {
  const isEvent = typeof value === 'object' && value !== null && 'type' in value && 'object' in value && !('kind' in value);
  if (!isEvent || typeof value.type !== 'string') return undefined;
  const time = 'time' in value && typeof value.time === 'string' ? { time: value.time } : {};
  return { type: value.type, ...time, object: value.object };
}

/** Whether it is an object of the API, of this kind if one is given. */
export function hasKind(value: unknown, kind?: string): boolean {
  if (typeof value !== 'object' || value === null || !('kind' in value) || typeof value.kind !== 'string') return false;
  return kind === undefined || value.kind === kind;
}

/** Undefined: not JSON. */
function jsonTexts(text: string): PrintedObjects | undefined {
  const whole = parseJson(text, 1);
  if (whole) return { objects: [whole] };
  const objects: ManifestObject[] = [];
  let line = 1;
  let pending = '';
  for (const next of text.split('\n')) {
    // A JSON text ends at the end of a line: at once, or where what was indented goes back.
    const isInside = pending !== '' && !/^[}\]]/.test(next);
    if (pending === '' && next.trim() === '') {
      line++;
      continue;
    }
    pending = pending === '' ? next : `${pending}\n${next}`;
    const parsed = isInside ? undefined : parseJson(pending, line);
    if (parsed) {
      objects.push(parsed);
      line += pending.split('\n').length;
      pending = '';
    }
  }
  if (pending === '') return objects.length > 0 ? { objects } : undefined;
  // Only the end may be missing: a line that begins like the others.
  return objects.length > 0 && /^\s*\{/.test(pending) && !pending.includes('\n') ? { objects, cutAtLine: line } : undefined;
}

function parseJson(text: string, line: number): ManifestObject | undefined {
  try {
    return { value: JSON.parse(text), duplicates: new Set(), locate: () => ({ line, column: 1 }) };
  } catch {
    return undefined;
  }
}
