import fc from 'fast-check';
import { aliasTypes, structTypes } from '../../src/pod/schema/index.ts';

const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    'x',
    -1,
    0,
    1.5,
    2 ** 53,
    true,
    [],
    {},
    [null],
    { constructor: 'x' },
    JSON.parse('{"__proto__": {"a": 1}}'),
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

const words = fc.constantFrom(
  ...[
    '',
    'a',
    'A',
    'web',
    'a.b',
    '../x',
    '/abs',
    '1',
    '1Gi',
    '-1',
    'busybox',
    'Always',
    'Never',
    'In',
    'Exists',
    'Localhost',
    'v1',
    'linux',
    'windows',
  ],
  ...[
    'metadata.name',
    "metadata.labels['x']",
    'limits.cpu',
    'hugepages-2Mi',
    'example.com/gpu',
    '::ffff:1.2.3.4',
    '10.0.0.1',
    'x'.repeat(300),
    'toString',
  ],
);

/** What decoding a Pod could give, and some things that it could not: mostly the right types, with odd values. */
export const decodedPod: fc.Arbitrary<unknown> = fc.oneof({ weight: 20, arbitrary: ofType('Pod', 0) }, { weight: 1, arbitrary: junk });

function ofType(type: string, depth: number): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: rightType(type.replace(/!$/, ''), depth) }, { weight: 1, arbitrary: junk });
}

function rightType(type: string, depth: number): fc.Arbitrary<unknown> {
  if (depth > 9) return junk;
  if (type.startsWith('[]')) return fc.array(lazily(type.slice(2), depth), { maxLength: 3 });
  const map = /^map\[.*?\](.*)$/.exec(type);
  if (map?.[1]) return fc.dictionary(words, lazily(map[1], depth), { maxKeys: 3 });
  const struct = (structTypes as Record<string, Record<string, string>>)[type];
  if (struct) return structOf(struct, depth);
  const alias = (aliasTypes as Record<string, string>)[type];
  if (alias) return rightType(alias, depth);
  if (type === 'bool') return fc.boolean();
  if (type.startsWith('int')) return fc.oneof(fc.integer({ min: -2, max: 100_000 }), fc.maxSafeInteger());
  if (type === 'Quantity') return fc.oneof(words, fc.constantFrom('100m', '1.5', '2e3', '1e9999', '0.1n', '16Ei', '-1Gi'));
  if (type === 'IntOrString') return fc.oneof(words, fc.integer());
  return fc.oneof({ weight: 4, arbitrary: words }, { weight: 1, arbitrary: fc.string({ unit: 'binary' }) });
}

function structOf(fields: Record<string, string>, depth: number): fc.Arbitrary<unknown> {
  const names = Object.keys(fields);
  return fc
    .subarray(names, { maxLength: Math.min(names.length, depth < 2 ? names.length : 6) })
    .chain((chosen) => fc.record(Object.fromEntries(chosen.map((name) => [name, lazily(fields[name] ?? '', depth)]))));
}

function lazily(type: string, depth: number): fc.Arbitrary<unknown> {
  return fc.constant(null).chain(() => ofType(type, depth + 1));
}
