import { readFileSync } from 'node:fs';

/** The lines of a file of recordings beside the project. Fails when the recordings are not there. */
export function conformanceLines<Line>(file: string): Line[] {
  const url = new URL(`../../../shared/conformance/${file}`, import.meta.url);
  const lines = readFileSync(url, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  if (lines.length === 0) throw new Error(`${url.pathname} has no lines`);
  return lines.map((line) => JSON.parse(line) as Line);
}
