import fc from 'fast-check';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { limits } from '../../src/manifest/limits.ts';
import { NumberLiteral } from '../../src/manifest/number-literal.ts';
import { parseManifest } from '../../src/manifest/parse.ts';

const values = (text: string): unknown[] => parseManifest(text).documents.map(({ value }) => value);

/** Long, for a machine that is busy with other tests. */
const timeoutMs = 120_000;

describe('parseManifest', () => {
  it.each<[string, string, unknown[]]>([
    ['nothing', '', []],
    ['only comments', '# a\n---\n# b\n', []],
    ['YAML documents', 'a: 1\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['documents with text on the marker line', '--- {a: 1}\n--- # c\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['directives and document ends', '%YAML 1.1\n---\na: 1\n...\n---\nb: 2\n', [{ a: 1 }, { b: 2 }]],
    ['Windows line breaks and a byte order mark', '\ufeffa: |\r\n  x\r\n  y\r\nb: 2\r\n', [{ a: 'x\ny\n', b: 2 }]],
    ['JSON', '{"a": [1, "x", null, true]}', [{ a: [1, 'x', null, true] }]],
    ['JSON with tabs', '{\n\t"a": {\n\t\t"b": 1.5\n\t}\n}\n', [{ a: { b: 1.5 } }]],
    ['several JSON texts', '{"a": 1}\n{"b": 1, "b": 2} [3]', [{ a: 1 }, { b: 2 }, [3]]],
    ['flow YAML that only looks like JSON', '{a: yes, b: 0644}', [{ a: true, b: 420 }]],
    [
      'numbers as they are written',
      '{"a": 1.0, "b": 1e3, "c": -0}',
      [{ a: new NumberLiteral('1.0'), b: new NumberLiteral('1e3'), c: new NumberLiteral('-0') }],
    ],
    ['aliases', 'a: &x {b: 1}\nc: *x\nd: [*x, *x]\n', [{ a: { b: 1 }, c: { b: 1 }, d: [{ b: 1 }, { b: 1 }] }]],
    ['merge keys', 'a: &x {b: 1, c: 2}\nd:\n  <<: *x\n  b: 3\n', [{ a: { b: 1, c: 2 }, d: { b: 3, c: 2 } }]],
    ['tags', 'a: !!str 1\nb: !!int "2"\nc: !custom x\n', [{ a: '1', b: 2, c: 'x' }]],
    ['keys that are no text', '1: a\ntrue: b\n', [{ 1: 'a', true: 'b' }]],
    ['a closing bracket below its field', 'a: [\n  b, # c\n]\nd:\n  e: {\n    f: g\n  }\n', [{ a: ['b'], d: { e: { f: 'g' } } }]],
    ['lines in brackets, indented in any way', 'a:\n  b: [\nc,\n"d",\n\t\t  e\n]\n', [{ a: { b: ['c', 'd', 'e'] } }]],
    ['tabs between values', 'a:\t[b,\t{c:\td\t}]\t# e\nf: [x\ty, "z\t"\t]\n', [{ a: ['b', { c: 'd' }], f: ['x\ty', 'z\t'] }]],
    ['quotes of several lines', 'a: "b\n  c\n\n  d"\n', [{ a: 'b c\nd' }]],
    ['folded text', 'a: >-\n  b\n  c\n', [{ a: 'b c' }]],
    ['keys of JavaScript', '__proto__: {a: 1}\nconstructor: b\n', [JSON.parse('{"__proto__": {"a": 1}, "constructor": "b"}')]],
  ])('reads %s', (_, text, expected) => {
    expect(values(text)).toEqual(expected);
    expect(parseManifest(text).errors).toEqual([]);
  });

  it.each<[string, string, string[]]>([
    ['YAML', 'a: {b: 1, b: 2}\na: 3\nc: [{d: 1, d: 1}]\n', ['a.b', 'a', 'c[0].d']],
    ['JSON', '{"a": {"b": 1, "\\u0062": 2}}', ['a.b']],
  ])('finds fields given twice in %s', (_, text, expected) => {
    expect(parseManifest(text).documents.map(({ duplicates }) => [...duplicates])).toEqual([expected]);
  });

  it.each<[string, string, { line: number; column: number; message: unknown }]>([
    ['an open list', 'a: 1\nb: [1,\n', { line: 3, column: 1, message: expect.stringContaining('is a closing one missing?') }],
    ['bad indentation', 'a:\n  - b\n c: 1\n', { line: 3, column: 2, message: 'indented differently from the fields beside it' }],
    ['an unknown alias', 'a: *x\n', { line: 1, column: 4, message: 'alias *x has no complete anchor &x before it' }],
    ['an alias within its own anchor', 'a: &x\n  b: *x\n', { line: 2, column: 6, message: 'alias *x has no complete anchor &x before it' }],
    ['a broken document among others', 'a: 1\n---\nb: "\n---\nc: 1\n', { line: 4, column: 1, message: expect.any(String) }],
    ['binary junk', 'a: \u0001\n\u0000\u0002: [', { line: 1, column: 4, message: 'control characters are not allowed' }],
    ['a map as a key', '? {a: 1}\n: b\n', { line: 1, column: 3, message: 'a field name must be text' }],
  ])('says where the fault is: %s', (_, text, expected) => {
    expect(parseManifest(text).errors).toEqual([expected]);
  });

  it('keeps the documents beside a broken one', () => {
    expect(values('a: 1\n---\nb: [\n---\nc: 1\n')).toEqual([{ a: 1 }, { c: 1 }]);
  });

  const levels = Array.from({ length: 10 }, (_, i) => `a${i + 1}: &x${i + 1} [${Array.from({ length: 10 }, () => `*x${i}`).join(', ')}]`);

  it.each<[string, string, string]>([
    ['flow lists in one another', `a: ${'['.repeat(100_000)}`, 'nested deeper than 100 levels'],
    ['block lists in one another', '- '.repeat(100_000), 'nested deeper than 100 levels'],
    ['block maps in one another', Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'), 'nested deeper than 100 levels'],
    ['JSON in one another', `${'[['.repeat(10_000)}${']]'.repeat(10_000)}`, 'nested deeper than 100 levels'],
    ['aliases of aliases', `a0: &x0 [lol]\n${levels.join('\n')}\n`, 'more than 400,000 values, aliases put in'],
    ['too many values', `a: &x [${'1,'.repeat(limits.fileValues)}]`, 'more than 400,000 lines and values'],
    ['too many lists in one another', `${'- '.repeat(90)}\n`.repeat(limits.fileValues / 80), 'more than 400,000 lines and values'],
    ['too many documents', '---\na: 1\n'.repeat(limits.objects + 1), 'more than 10,000 documents'],
    ['one very long tag', `!${'a'.repeat(1_000_000)}é`, 'aaa...'],
  ])('refuses %s in one short line', (_, text, expected) => {
    const { errors } = parseManifest(text);
    expect(errors).toHaveLength(1);
    expect(errors[0]?.message).toContain(expected);
    expect(errors[0]?.message).toMatch(/^.{1,210}$/);
  });

  it(
    'reads anything that is dumped as YAML',
    () => {
      const styles = fc.record({ flowLevel: fc.constantFrom(-1, 1, 3), lineWidth: fc.constantFrom(-1, 20, 80), noRefs: fc.boolean() });
      const text = fc
        .oneof(fc.string(), fc.string({ unit: fc.constantFrom('a', ' ', '\n', ':', '#', '-', '1', "'", '"', '\t') }))
        // Numbers to Kubernetes; what dumps does not know them, and writes them without quotes.
        .filter((one) => !/^[-+]?0[BOX]/.test(one));
      const tree = fc.letrec<{ node: unknown; map: object }>((tie) => ({
        node: fc.oneof(
          { maxDepth: 4 },
          text,
          fc.integer(),
          fc.boolean(),
          fc.constant(null),
          fc.array(tie('node'), { maxLength: 4 }),
          tie('map'),
        ),
        map: fc.dictionary(text, tie('node'), { maxKeys: 4 }),
      })).map;
      fc.assert(
        fc.property(tree, styles, (value, style) => {
          const { documents, errors } = parseManifest(dump(value, style));
          expect({ errors, value: documents[0]?.value }).toEqual({ errors: [], value });
        }),
        { numRuns: 2000 },
      );
    },
    timeoutMs,
  );

  it(
    'reads anything that JSON.stringify writes, however it is indented',
    () => {
      fc.assert(
        fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), fc.constantFrom(undefined, 2, '\t'), (value, indent) => {
          const text = JSON.stringify(value, null, indent);
          const { documents, errors } = parseManifest(text);
          expect(errors).toEqual([]);
          expect(plainNumbers(documents[0]?.value)).toEqual(JSON.parse(text));
        }),
        { numRuns: 2000 },
      );
    },
    timeoutMs,
  );
});

function plainNumbers(value: unknown): unknown {
  if (value instanceof NumberLiteral) return Number(value.text);
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plainNumbers(member)]));
}

/** Every field and item of a value: its path, and how its text begins in each style, without quotes. */
function placesOf(value: unknown, path = ''): { path: string; json: string; yaml: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => {
    if (!Array.isArray(value)) {
      const own = path === '' ? key : `${path}.${key}`;
      return [{ path: own, json: key, yaml: `${key}:` }, ...placesOf(member, own)];
    }
    const own = `${path}[${key}]`;
    const [json = ''] = unquoted(JSON.stringify(member, null, 2)).split('\n');
    const [first] = typeof member === 'object' && member !== null ? Object.keys(member) : [];
    const yaml = first === undefined ? json : Array.isArray(member) ? '-' : `${first}:`;
    return [{ path: own, json, yaml }, ...placesOf(member, own)];
  });
}

function unquoted(text: string): string {
  return text.replaceAll(/["']/g, '');
}

describe('positions', () => {
  const key = fc.stringMatching(/^[a-z]{3,5}$/).filter((text) => !/^(?:yes|true|false|null|off)$/.test(text));
  const tree = fc.letrec<{ node: unknown; map: object }>((tie) => ({
    node: fc.oneof({ maxDepth: 4 }, key, fc.nat(), fc.boolean(), fc.array(tie('node'), { maxLength: 3 }), tie('map')),
    map: fc.dictionary(key, tie('node'), { maxKeys: 4 }),
  })).map;

  function check(value: object, text: string, style: 'json' | 'yaml'): void {
    const [document] = parseManifest(text).documents;
    expect(document?.value).toEqual(value);
    const lines = text.split('\n');
    for (const place of placesOf(value)) {
      const { line, column } = document?.locate(place.path) ?? { line: 0, column: 0 };
      const found = unquoted(lines[line - 1]?.slice(column - 1) ?? '');
      expect([place.path, found.slice(0, place[style].length)]).toEqual([place.path, place[style]]);
    }
  }

  it(
    'are those of every field and item, in JSON',
    () => {
      fc.assert(
        fc.property(tree, fc.constantFrom(undefined, 2, '\t'), (value, indent) =>
          check(value, JSON.stringify(value, null, indent), 'json'),
        ),
        { numRuns: 1000 },
      );
    },
    timeoutMs,
  );

  it(
    'are those of every field and item, in YAML',
    () => {
      const options = fc.record({ indent: fc.constantFrom(2, 4), seqNoIndent: fc.boolean(), seqInlineFirst: fc.boolean() });
      fc.assert(
        fc.property(tree, options, (value, options) => check(value, dump(value, { ...options, noRefs: true }), 'yaml')),
        { numRuns: 1000 },
      );
    },
    timeoutMs,
  );

  const yaml = `# comment
apiVersion: v1
spec:
  containers:
    - name: a
      env: [{name: X, value: "1"}]
    - name: b
      resources:
        limits: {nvidia.com/gpu: 1}
  nodeSelector:
    a.b/c: d
`;
  const json = '{"spec": {\n  "containers": [\n    {"name": "a"},\n    {"name": "b"}]}}';

  it.each<[string, string, string, [number, number]]>([
    ['the document', yaml, '', [2, 1]],
    ['a field', yaml, 'spec.containers', [4, 3]],
    ['an item', yaml, 'spec.containers[1]', [7, 7]],
    ['a field of an item', yaml, 'spec.containers[1].resources', [8, 7]],
    ['a field in flow style', yaml, 'spec.containers[0].env[0].value', [6, 23]],
    ['a key with dots', yaml, 'spec.containers[1].resources.limits[nvidia.com/gpu]', [9, 18]],
    ['a key with dots, joined by a dot', yaml, 'spec.nodeSelector.a.b/c', [11, 5]],
    ['an absent field: the nearest one around it', yaml, 'spec.containers[1].image.x', [7, 7]],
    ['an absent item', yaml, 'spec.containers[7].name', [4, 3]],
    ['an absent root field', yaml, 'metadata.name', [2, 1]],
    ['a field of JSON', json, 'spec.containers[1].name', [4, 6]],
    ['the last of two fields', 'a: 1\nb: 2\na: 3\n', 'a', [3, 1]],
    ['a field behind lines of brackets', 'a: [\nb,\n]\nc: {\n d: e }\n', 'c.d', [5, 2]],
    ['an item in brackets', 'a: [\nb,\nc\n]\n', 'a[1]', [3, 1]],
    ['a field behind an alias', 'a: &x\n  b: 1\nc: *x\n', 'c.b', [2, 3]],
  ])('finds %s', (_, text, field, [line, column]) => {
    expect(parseManifest(text).documents[0]?.locate(field)).toEqual({ line, column });
  });

  it('counts lines over documents', () => {
    expect(parseManifest('---\na: 1\n---\n\nb:\n  c: 1\n').documents.map((document) => document.locate('b.c'))).toEqual([
      { line: 2, column: 1 },
      { line: 6, column: 3 },
    ]);
  });
});
