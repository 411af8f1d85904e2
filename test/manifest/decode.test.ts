import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { decode } from '../../src/manifest/decode.ts';
import { parseManifest } from '../../src/manifest/parse.ts';

interface Recorded {
  pod: unknown;
  strict: string[] | null;
  decodeError: string | null;
}

const file = new URL('../../../shared/conformance/validation.ndjson', import.meta.url);
const recorded = readFileSync(file, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line) as Recorded);

function decodePod(value: unknown): { strict: string[] | null; decodeError: string | null } {
  const decoded = decode('Pod', value);
  if (decoded.error) return { strict: null, decodeError: decoded.error.message };
  const strict = decoded.strict.map(({ kind, field }) => `strict decoding error: ${kind} field "${field}"`);
  return { strict: strict.length > 0 ? strict : null, decodeError: null };
}

it('finds what the API server found in every recorded Pod', () => {
  const found = recorded.map(({ pod }) => decodePod(pod));
  expect(found).toEqual(recorded.map(({ strict, decodeError }) => ({ strict, decodeError })));
});
