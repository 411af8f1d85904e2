import type { LoadedManifests, ManifestProblem } from '../manifest/load.ts';
import type { ManifestItem } from '../manifest/manifest-item.ts';
import type { Position } from '../manifest/position.ts';
import { oneLine } from './one-line.ts';

/** Everything that is wrong with the manifests, one line each: `file:line:column: what`. */
export function errorLines({ items, problems }: LoadedManifests): string[] {
  return [...problemLines(problems), ...items.flatMap(itemErrorLines)];
}

/** What is wrong with the objects and texts that are no Pods; a file that is no manifest at all may have thousands. */
export function problemLines(problems: readonly ManifestProblem[]): string[] {
  const lines: string[] = [];
  const counts = new Map<string, number>();
  for (const { file, object, message, suggestion, ...at } of problems) {
    const count = (counts.get(file) ?? 0) + 1;
    counts.set(file, count);
    if (count <= mostProblems) lines.push(reportLine(file, at, object === undefined ? message : `${object}: ${message}`, suggestion));
  }
  for (const [file, count] of counts) if (count > mostProblems) lines.push(oneLine(`${file}: and ${count - mostProblems} more like these`));
  return lines;
}

const mostProblems = 20;

export function itemErrorLines({ file, errors }: ManifestItem): string[] {
  return errors.map((error) => reportLine(file, error, error.message, error.suggestion));
}

/** @param label - Stands before each message. */
export function itemWarningLines({ file, warnings }: ManifestItem, label = ''): string[] {
  return warnings.map((warning) => reportLine(file, warning, label + warning.message));
}

function reportLine(file: string, { line, column }: Position, message: string, suggestion?: string): string {
  return oneLine(`${file}:${line}:${column}: ${message}${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`);
}
