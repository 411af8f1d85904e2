import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { runValidate } from '../../src/cli/commands/validate.ts';
import { parseManifest } from '../../src/manifest/parse.ts';
import { capturedIO } from '../cli/captured-io.ts';
import { samples } from './samples.ts';

const casesFolder = new URL('../../../shared/conformance/cases/', import.meta.url);
const cases = readdirSync(casesFolder).map((name) => readFileSync(new URL(name, casesFolder), 'utf8'));
if (cases.length === 0) throw new Error(`${casesFolder.pathname} has no manifests`);
const manifests = [...samples, ...cases];

/** Every line that the command may print: an error or a warning with its place, a note, the summary. */
const line = /^(?:stdin:\d+:\d+: \S.*|stdin: \S.*|note: \S.*|\d+ Pods?: \S.*)$/;
/** For one manifest, on a machine that is busy with other tests. */
const longestMs = 3000;
const timeoutMs = 120_000;

async function holds(text: string): Promise<void> {
  const { io, written } = capturedIO(text);
  const start = performance.now();
  const exitCode = await runValidate({ files: ['-'], output: 'text' }, io);
  expect(performance.now() - start).toBeLessThan(longestMs);
  const lines = `${written.stdout}${written.stderr}`.split('\n').slice(0, -1);
  expect(lines.length).toBeGreaterThan(0);
  for (const printed of lines) expect(printed).toMatch(line);
  const hasErrors = lines.some((printed) => /^stdin:/.test(printed) && !/^\S+ warning: /.test(printed));
  expect(exitCode).toBe(hasErrors ? 1 : 0);
}

describe('outrider validate of mutated manifests', () => {
  it('takes every manifest as it is', async () => {
    for (const manifest of manifests) await holds(manifest);
  });

  const pieces = [
    '\n',
    '  ',
    '- ',
    ': ',
    '#',
    '"',
    "'",
    '[',
    ']',
    '{',
    '}',
    ',',
    '|',
    '>',
    '&a ',
    '*a',
    '!!str ',
    '!!binary ',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '\t',
    '<<: ',
    '? ',
    '\u0000',
    '\u0007',
    '\ufeff',
    '\ud83d',
    '\u2028',
    'null',
    '-9e999',
    '0x',
    'yes',
    '__proto__: ',
  ];
  const edit = fc.record({
    at: fc.nat(),
    cut: fc.oneof(fc.nat(3), fc.nat(200)),
    piece: fc.oneof(
      fc.constantFrom(...pieces),
      fc.string({ maxLength: 5, unit: 'binary' }),
      fc.tuple(fc.constantFrom(...pieces), fc.nat(300)).map(([piece, times]) => piece.repeat(times)),
    ),
  });

  it(
    'holds for changes of the text',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...manifests), fc.array(edit, { minLength: 1, maxLength: 4 }), async (manifest, edits) => {
          let text = manifest;
          for (const { at, cut, piece } of edits)
            text = text.slice(0, at % (text.length + 1)) + piece + text.slice((at % (text.length + 1)) + cut);
          await holds(text);
        }),
        { numRuns: 600 },
      );
    },
    timeoutMs,
  );

  const odd = fc.oneof(
    fc.constantFrom<unknown>(
      null,
      true,
      0,
      -1,
      1.5,
      1e21,
      2 ** 31,
      '',
      ' ',
      'x',
      'A_',
      '1Gi',
      '-1',
      '1e999999999',
      'x'.repeat(300),
      [],
      [null],
      [[]],
      {},
      { '': '' },
      { name: 5 },
      JSON.parse('{"__proto__": {"a": 1}}'),
    ),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const change = fc.record({ at: fc.nat(), kind: fc.constantFrom('replace', 'delete', 'repeat', 'rename', 'swap'), value: odd });

  it(
    'holds for changes of the structure',
    async () => {
      const values = manifests.flatMap((manifest) => parseManifest(manifest).documents.map(({ value }) => value));
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...values),
          fc.array(change, { minLength: 1, maxLength: 4 }),
          fc.constantFrom(undefined, 2),
          async (value, changes, indent) => {
            const root = { value: structuredClone(value) };
            for (const { at, kind, value: replacement } of changes) apply(root, at, kind, replacement);
            await holds(JSON.stringify(root.value ?? null, null, indent));
          },
        ),
        { numRuns: 600 },
      );
    },
    timeoutMs,
  );
});

/** Changes one place of the value: `at` counts over all of them. */
function apply(root: { value: unknown }, at: number, kind: string, value: unknown): void {
  const places = placesOf(root);
  const place = places[at % places.length];
  if (place === undefined) return;
  const [parent, key] = place;
  if (kind === 'swap') {
    const [otherParent, otherKey] = places[(at * 7919) % places.length] ?? place;
    parent[key] = structuredClone(otherParent[otherKey]);
  } else if (kind === 'delete') Reflect.deleteProperty(parent, key);
  else if (kind === 'repeat' && Array.isArray(parent[key])) parent[key] = Array.from({ length: 30 }, () => parent[key] as unknown[]).flat();
  else if (kind === 'rename') parent[`${key}s`] = structuredClone(parent[key]);
  else parent[key] = structuredClone(value);
}

type Container = Record<string, unknown>;

function placesOf(value: object): [Container, string][] {
  return Object.entries(value).flatMap(([key, member]: [string, unknown]): [Container, string][] => [
    [value as Container, key],
    ...(typeof member === 'object' && member !== null ? placesOf(member) : []),
  ]);
}
