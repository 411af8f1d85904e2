import type { LoadedManifests } from '../manifest/load.ts';
import type { Position } from '../manifest/position.ts';

/** Everything that is wrong with the manifests, one line each: `file:line:column: what`. */
export function errorLines({ items, problems }: LoadedManifests): string[] {
  return [
    ...problems.map(({ file, object, message, suggestion, ...at }) =>
      reportLine(file, at, object === undefined ? message : `${object}: ${message}`, suggestion),
    ),
    ...items.flatMap(({ file, errors }) => errors.map((error) => reportLine(file, error, error.message, error.suggestion))),
  ];
}

/** One line of a report, whatever the message contains. */
export function reportLine(file: string, { line, column }: Position, message: string, suggestion?: string): string {
  const text = `${file}:${line}:${column}: ${message}${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`;
  return text.replaceAll(/\s*[\r\n]+\s*/g, ' ');
}
