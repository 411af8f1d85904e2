import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { Marks } from '../../src/manifest/marks.ts';
import { readPlainYaml } from '../../src/manifest/plain-yaml.ts';
import { ManifestSyntaxError } from '../../src/manifest/syntax-error.ts';
import { readYamlNodes } from '../../src/manifest/yaml-nodes.ts';
import { toValue } from '../../src/manifest/yaml-value.ts';
import { samples } from './samples.ts';

/** What the general reader makes of a text; undefined when it refuses it, or finds more than one document. */
function readGenerally(text: string): { value: unknown; duplicates: string[]; places: unknown } | undefined {
  try {
    const documents = readYamlNodes(text, { tokens: 100_000 });
    const [document] = documents;
    if (documents.length > 1) return undefined;
    if (document === undefined) return { value: null, duplicates: [], places: [['', 0]] };
    const { value, duplicates, marks } = toValue(document, false);
    return { value, duplicates: [...duplicates], places: placesOf(value, marks) };
  } catch (error) {
    if (error instanceof ManifestSyntaxError) return undefined;
    throw error;
  }
}

/** Where the document and each of its fields stand. */
function placesOf(value: unknown, marks: Marks): unknown {
  const places: [string, number | undefined][] = [['', value === null ? 0 : marks.start]];
  const visit = (container: unknown, path: string): void => {
    if (typeof container !== 'object' || container === null) return;
    for (const [key, member] of Object.entries(container)) {
      places.push([`${path}/${key}`, marks.get(container, Array.isArray(container) ? Number(key) : key)]);
      visit(member, `${path}/${key}`);
    }
  };
  visit(value, '');
  return places;
}

function agrees(text: string): boolean {
  const plain = readPlainYaml(text);
  if (plain === undefined) return false;
  const marks = new Marks();
  expect(readPlainYaml(text, marks)).toEqual(plain);
  const places = placesOf(readPlainYaml(text, marks)?.value, marks);
  expect(readGenerally(text), text).toEqual({ value: plain.value, duplicates: [], places });
  return true;
}

/** Long, for a machine that is busy with other tests. */
const timeoutMs = 120_000;

describe('readPlainYaml', () => {
  it.each(samples.map((text, i) => [i, text] as const))('reads sample %i, as the general reader does', (_, text) => {
    expect(agrees(text)).toBe(true);
  });

  it.each([
    ['anchors', 'a: &x 1\nb: *x\n'],
    ['tags', 'a: !!str 1\n'],
    ['folded scalars', 'a: >\n  b\n'],
    ['scalars of several lines', 'a: b\n  c\n'],
    ['duplicate keys', 'a: 1\na: 2\n'],
    ['keys that are no text', 'on: push\n'],
    ['tabs', 'a:\tb\n'],
    ['several documents', 'a: 1\n---\nb: 1\n'],
    ['broken indentation', 'a:\n    b: 1\n  c: 2\n'],
    ['a value behind a value', 'a: "b" c\n'],
  ])('leaves %s to the general reader', (_, text) => {
    expect(readPlainYaml(text)).toBeUndefined();
  });

  it(
    'never differs from the general reader on mutated manifests',
    () => {
      const pieces = [
        '\n',
        ' ',
        '  ',
        '- ',
        ': ',
        ':',
        '#',
        ' #',
        '"',
        "'",
        '[',
        ']',
        '{',
        '}',
        ',',
        '|',
        '|-',
        '>',
        '&a',
        '*a',
        '!',
        '-',
        '---',
        '...',
        '\t',
        '0x1f',
        '~',
        'yes',
        '1.0',
        '\\',
        '%',
        '<<',
        '? ',
      ];
      const edit = fc.record({
        at: fc.nat(2000),
        cut: fc.nat(4),
        piece: fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 3 })),
      });
      fc.assert(
        fc.property(fc.constantFrom(...samples), fc.array(edit, { minLength: 1, maxLength: 3 }), (sample, edits) => {
          let text = sample;
          for (const { at, cut, piece } of edits) text = text.slice(0, at % text.length) + piece + text.slice((at % text.length) + cut);
          agrees(text);
        }),
        { numRuns: 4000 },
      );
    },
    timeoutMs,
  );

  it(
    'never differs from the general reader on random lines',
    () => {
      const indent = fc.constantFrom('', '', '  ', '  ', '    ', '   ', ' ');
      const scalar = fc.constantFrom(
        'a',
        '1',
        '0644',
        '"q"',
        "'s'",
        '[a, b]',
        '{a: 1}',
        '[]',
        '{}',
        '|',
        '|-',
        '',
        'a b',
        'a: b',
        '- a',
        '-',
        'x # c',
        '"a\\n"',
        'null',
        'a:b',
        '{a: [1, {b: c}]}',
        'http://x/y?z=1#f',
        "it's",
        '-1',
        '.5',
        '1_000',
        '# c',
        '"x" # c',
      );
      const line = fc
        .tuple(indent, fc.constantFrom('', '- ', 'a: ', 'b: ', '- a: ', '- - ', 'c:', '"k": ', '#'), scalar)
        .map((parts) => parts.join(''));
      fc.assert(
        fc.property(
          fc.array(line, { minLength: 1, maxLength: 8 }),
          fc.boolean(),
          (lines, end) => void agrees(lines.join('\n') + (end ? '\n' : '')),
        ),
        { numRuns: 10_000 },
      );
    },
    timeoutMs,
  );
});
