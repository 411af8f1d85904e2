import { loadManifestsLazily } from '../../manifest/load-lazily.ts';
import type { LoadedManifests, ManifestProblem } from '../../manifest/load-parsed.ts';
import type { ManifestItem } from '../../manifest/manifest-item.ts';
import type { Position } from '../../manifest/position.ts';
import { exitCodes } from '../failure.ts';
import { readAllInputs } from '../input.ts';

export interface ValidateArguments {
  /** Files, folders, URLs or `-`, in the order given. */
  readonly files: readonly string[];
  readonly output: 'text' | 'json';
}

export interface CommandIO {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly stdin: AsyncIterable<unknown>;
}

/**
 * `outrider validate`: says what the API server would say to the manifests. What is wrong with a Pod goes to stdout,
 * what cannot be read at all to stderr, one line each.
 *
 * @returns the exit code: 1 when anything is wrong.
 */
export async function runValidate({ files, output }: ValidateArguments, { stdout, stderr, stdin }: CommandIO): Promise<number> {
  const { sources, problems } = await readAllInputs(files, stdin);
  // No uid is ever shown, and making real ones takes longer to load than most manifests to check.
  const loaded = await loadManifestsLazily(sources, () => 'uid');
  for (const problem of problems) stderr.write(`${oneLine(problem)}\n`);
  for (const line of problemLines(loaded.problems)) stderr.write(`${oneLine(line)}\n`);
  const isReadable = problems.length === 0 && loaded.problems.length === 0;
  if (isReadable && loaded.objectCount === 0) {
    stderr.write(`${oneLine(sources.map(({ file }) => file).join(', '))}: no Kubernetes object found\n`);
    return exitCodes.failed;
  }
  for (const note of loaded.notes) stderr.write(`note: ${oneLine(note)}\n`);
  stdout.write(output === 'json' ? `${JSON.stringify({ items: loaded.items.map(itemAsJson) }, null, 2)}\n` : asText(loaded, isReadable));
  const isValid = isReadable && loaded.items.every(({ errors }) => errors.length === 0);
  return isValid ? exitCodes.ok : exitCodes.failed;
}

function itemAsJson({ file, name, errors, warnings }: ManifestItem): object {
  return { file, name, valid: errors.length === 0, errors, warnings: warnings.map(({ message }) => message) };
}

function asText({ items }: LoadedManifests, isReadable: boolean): string {
  const lines = items.flatMap(({ file, errors, warnings }) => [
    ...errors.map((error) => errorLine(file, error, error.message, error.suggestion)),
    ...warnings.map((warning) => errorLine(file, warning, `warning: ${warning.message}`)),
  ]);
  // Where nothing could be read, what stands on stderr says it all.
  if (items.length > 0 || isReadable) lines.push(summary(items));
  return lines.map((line) => `${oneLine(line)}\n`).join('');
}

function summary(items: readonly ManifestItem[]): string {
  const invalid = items.filter(({ errors }) => errors.length > 0);
  const errors = sum(items, (item) => item.errors.length);
  const warnings = sum(items, (item) => item.warnings.length);
  const verdict =
    invalid.length === 0 ? 'valid' : `${items.length - invalid.length} valid, ${invalid.length} invalid (${count(errors, 'error')})`;
  return `${count(items.length, 'Pod')}: ${verdict}${warnings > 0 ? `, ${count(warnings, 'warning')}` : ''}`;
}

const mostProblems = 20;

/** A file that is no manifest at all may have thousands. */
export function* problemLines(problems: readonly ManifestProblem[]): Generator<string> {
  const counts = new Map<string, number>();
  for (const problem of problems) {
    const count = (counts.get(problem.file) ?? 0) + 1;
    counts.set(problem.file, count);
    if (count <= mostProblems) yield problemLine(problem);
  }
  for (const [file, count] of counts) if (count > mostProblems) yield `${file}: and ${count - mostProblems} more like these`;
}

function problemLine({ file, object, message, suggestion, ...position }: ManifestProblem): string {
  return errorLine(file, position, object === undefined ? message : `${object}: ${message}`, suggestion);
}

/** `file:line:column: message`, with the name that was probably meant. */
export function errorLine(file: string, { line, column }: Position, message: string, suggestion?: string): string {
  return `${file}:${line}:${column}: ${message}${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`;
}

function sum(items: readonly ManifestItem[], number: (item: ManifestItem) => number): number {
  return items.reduce((total, item) => total + number(item), 0);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Names in manifests may hold anything; on the terminal they break no line and send no control sequence. */
export function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
