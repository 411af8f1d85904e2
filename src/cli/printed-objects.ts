import { type ManifestObject, flattenLists } from '../manifest/flatten.ts';
import { type JsonText, readJsonTexts } from '../manifest/json-texts.ts';
import { limits } from '../manifest/limits.ts';
import { parseManifest } from '../manifest/parse.ts';
import { LinePositions } from '../manifest/position.ts';
import { Failure } from './failure.ts';
import { oneLine } from './one-line.ts';

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
  const json = readJsonTexts(text);
  if (json !== undefined) return { objects: objectsOf(json, text) };
  // Only the end may be missing: a line that begins like the others.
  const lastLine = text.trimEnd().lastIndexOf('\n') + 1;
  const whole = lastLine > 0 && /^\s*\{/.test(text.slice(lastLine)) ? readJsonTexts(text.slice(0, lastLine)) : undefined;
  if (whole !== undefined) return { objects: objectsOf(whole, text), cutAtLine: new LinePositions(text).at(lastLine).line };
  if (text.length > limits.fileBytes) {
    const most = `${limits.fileBytes / 1024 / 1024} MiB`;
    throw new Failure(`${file}: is no JSON, and larger than the ${most} of YAML that are read; give it as JSON`);
  }
  const { documents, errors } = parseManifest(text);
  const [error] = errors;
  if (error) throw new Failure(oneLine(`${file}:${error.line}:${error.column}: ${error.message}`));
  return { objects: documents.flatMap((document) => [...flattenLists(document)]) };
}

function objectsOf(json: readonly JsonText[], text: string): ManifestObject[] {
  const lines = new LinePositions(text);
  return json.flatMap(({ value, start }) => [...flattenLists({ value, duplicates: new Set(), locate: () => lines.at(start) })]);
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
