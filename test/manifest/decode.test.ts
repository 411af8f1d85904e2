import { describe, expect, it } from 'vitest';

import { base64Error, quantityError } from '../../src/manifest/decode-text.ts';
import { decode } from '../../src/manifest/decode.ts';
import { timeError } from '../../src/manifest/go-time.ts';
import { parseManifest } from '../../src/manifest/parse.ts';
import { suggest } from '../../src/manifest/suggest.ts';
import { conformanceLines } from '../pod/conformance-data.ts';

interface Recorded {
  pod: unknown;
  strict: string[] | null;
  decodeError: string | null;
}

function decodePod(value: unknown, duplicates?: ReadonlySet<string>): { strict: string[]; error?: string; field?: string } {
  const decoded = decode('Pod', value, duplicates);
  if (decoded.error) return { strict: [], error: decoded.error.message, field: decoded.error.field };
  return { strict: decoded.strict.map(({ kind, field, suggestion }) => [kind, field, suggestion].filter(Boolean).join(' ')) };
}

describe('decode', () => {
  it('finds what the API server found in every recorded Pod', () => {
    const recorded = conformanceLines<Recorded>('validation.ndjson');
    const found = recorded.map(({ pod }) => {
      const { strict, error } = decodePod(pod);
      return {
        strict: strict.map((text) => text.replace(/^(\w+) (\S+).*$/, 'strict decoding error: $1 field "$2"')),
        decodeError: error ?? null,
      };
    });
    expect(found).toEqual(recorded.map(({ strict, decodeError }) => ({ strict: strict ?? [], decodeError })));
  });

  const go = 'json: cannot unmarshal';
  it.each<[string, string, string, string]>([
    [
      'a named string type',
      'spec: {restartPolicy: 5}',
      'spec.restartPolicy',
      `${go} number into Go struct field PodSpec.spec.restartPolicy of type v1.RestartPolicy`,
    ],
    ['a uid', 'metadata: {uid: 5}', 'metadata.uid', `${go} number into Go struct field ObjectMeta.metadata.uid of type types.UID`],
    ['a struct', 'spec: []', 'spec', `${go} array into Go struct field Pod.spec of type v1.PodSpec`],
    ['the metadata', 'metadata: x', 'metadata', `${go} string into Go struct field Pod.metadata of type v1.ObjectMeta`],
    [
      'a value of a map',
      'metadata: {labels: {a.b/c: true}}',
      'metadata.labels.a.b/c',
      `${go} bool into Go struct field ObjectMeta.metadata.labels of type string`,
    ],
    [
      'a map',
      'metadata: {labels: [a]}',
      'metadata.labels',
      `${go} array into Go struct field ObjectMeta.metadata.labels of type map[string]string`,
    ],
    [
      'a list of structs',
      'spec: {volumes: {}}',
      'spec.volumes',
      `${go} object into Go struct field PodSpec.spec.volumes of type []v1.Volume`,
    ],
    [
      'a resource list',
      'spec: {overhead: 5}',
      'spec.overhead',
      `${go} number into Go struct field PodSpec.spec.overhead of type v1.ResourceList`,
    ],
    [
      'a field of an inlined struct',
      'spec: {volumes: [{emptyDir: 1}]}',
      'spec.volumes[0].emptyDir',
      `${go} number into Go struct field Volume.spec.volumes.emptyDir of type v1.EmptyDirVolumeSource`,
    ],
    [
      'an int32 that overflows',
      'spec: {priority: 2147483648}',
      'spec.priority',
      `${go} number 2147483648 into Go struct field PodSpec.spec.priority of type int32`,
    ],
    [
      'an int64 that overflows',
      'spec: {activeDeadlineSeconds: 9223372036854775808}',
      'spec.activeDeadlineSeconds',
      `${go} number 9223372036854775808 into Go struct field PodSpec.spec.activeDeadlineSeconds of type int64`,
    ],
    ['a fraction', 'spec: {priority: 1.5}', 'spec.priority', `${go} number 1.5 into Go struct field PodSpec.spec.priority of type int32`],
    [
      'a fraction of JSON that is whole',
      '{"spec": {"priority": 1.0}}',
      'spec.priority',
      `${go} number 1.0 into Go struct field PodSpec.spec.priority of type int32`,
    ],
    [
      'a number in quotes',
      'spec: {priority: "1"}',
      'spec.priority',
      `${go} string into Go struct field PodSpec.spec.priority of type int32`,
    ],
    [
      'a port',
      'spec: {containers: [{livenessProbe: {httpGet: {port: true}}}]}',
      'spec.containers[0].livenessProbe.httpGet.port',
      `${go} bool into Go struct field HTTPGetAction.spec.containers.livenessProbe.httpGet.port of type int32`,
    ],
    [
      'a quantity',
      'spec: {containers: [{resources: {limits: {cpu: 1x}}}]}',
      'spec.containers[0].resources.limits.cpu',
      quantityError('1x'),
    ],
    ['a quantity that is a list', 'spec: {overhead: {cpu: []}}', 'spec.overhead.cpu', quantityError(undefined)],
    [
      'a time',
      'metadata: {creationTimestamp: today}',
      'metadata.creationTimestamp',
      'parsing time "today" as "2006-01-02T15:04:05Z07:00": cannot parse "today" as "2006"',
    ],
    [
      'a time that is a number',
      'metadata: {creationTimestamp: 5}',
      'metadata.creationTimestamp',
      `${go} number into Go struct field ObjectMeta.metadata.creationTimestamp of type string`,
    ],
    [
      'the first of several',
      'spec: {priority: x, hostname: 5}',
      'spec.priority',
      `${go} string into Go struct field PodSpec.spec.priority of type int32`,
    ],
    ['a quantity before all others', 'spec: {priority: x, overhead: {cpu: "!"}}', 'spec.overhead.cpu', quantityError('!')],
    ['an unquoted yes', 'spec: {hostname: yes}', 'spec.hostname', `${go} bool into Go struct field PodSpec.spec.hostname of type string`],
  ])('refuses a wrong type: %s', (_, text, field, message) => {
    expect(decodePod(parseManifest(text).documents[0]?.value)).toEqual({ strict: [], error: message, field });
  });

  it.each<[string, string, string[]]>([
    ['case matters', 'spec: {Containers: []}', ['unknown spec.Containers containers']],
    ['a typing error', 'spec: {containers: [{imgae: x}]}', ['unknown spec.containers[0].imgae image']],
    ['nothing near', 'zzzzzz: 1', ['unknown zzzzzz']],
    ['null is a value of an unknown field', 'spec: {foo: null}', ['unknown spec.foo']],
    ['all of them, in order', 'a: 1\nspec: {b: {c: 1}}\nd: 1', ['unknown a', 'unknown spec.b', 'unknown d']],
    [
      'fields given twice',
      'spec: {hostname: a, hostname: b}\nmetadata: {labels: {x: a, x: b}}',
      ['duplicate spec.hostname', 'duplicate metadata.labels.x'],
    ],
    ['twice within what is unknown', 'foo: {a: 1, a: 2}', ['unknown foo']],
  ])('reports unknown and duplicate fields: %s', (_, text, strict) => {
    const [document] = parseManifest(text).documents;
    expect(decodePod(document?.value, document?.duplicates)).toEqual({ strict });
  });

  it.each<[string, string, unknown]>([
    ['null is as if left out', 'spec: {hostname: null, containers: null}', { spec: {} }],
    [
      'null members get their zero value',
      'spec: {containers: [null], nodeSelector: {a: null}, overhead: {cpu: null}}',
      { spec: { containers: [{}], nodeSelector: { a: '' }, overhead: { cpu: '0' } } },
    ],
    ['quantities keep their text', 'spec: {overhead: {cpu: 0.5, memory: " 1Gi "}}', { spec: { overhead: { cpu: '0.5', memory: '1Gi' } } }],
    ['quantities of JSON keep their digits', '{"spec": {"overhead": {"cpu": 1.50}}}', { spec: { overhead: { cpu: '1.50' } } }],
    ['octal modes', 'spec: {volumes: [{configMap: {defaultMode: 0644}}]}', { spec: { volumes: [{ configMap: { defaultMode: 420 } }] } }],
    ['large integers', 'metadata: {generation: 9223372036854775807}', { metadata: { generation: 9223372036854775807n } }],
    ['unknown fields are left out', 'spec: {foo: 1, hostname: a}', { spec: { hostname: 'a' } }],
    [
      'names of JavaScript',
      'metadata: {labels: {__proto__: a, constructor: b}}',
      { metadata: { labels: JSON.parse('{"__proto__": "a", "constructor": "b"}') as unknown } },
    ],
  ])('decodes: %s', (_, text, expected) => {
    const decoded = decode('Pod', parseManifest(text).documents[0]?.value);
    expect(decoded.error ?? decoded.value).toEqual(
      JSON.parse(JSON.stringify(expected, (__, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))),
    );
  });

  it('decodes the bytes of Secrets', () => {
    const text = (data: string): unknown => parseManifest(`data: {a: ${data}}`).documents[0]?.value;
    expect(decode('Secret', text('aGk='))).toMatchObject({ value: { data: { a: 'aGk=' } } });
    expect(decode('Secret', text('"a b"'))).toEqual({ error: { field: 'data.a', message: 'illegal base64 data at input byte 1' } });
    expect(decode('Secret', text('5'))).toEqual({
      error: { field: 'data.a', message: `${go} number into Go struct field Secret.data of type []uint8` },
    });
  });
});

describe('what types read from text', () => {
  it.each([
    ['', undefined],
    ['aGk=', undefined],
    ['aGk=\n', undefined],
    ['aG\r\nk=', undefined],
    ['aGk', 'illegal base64 data at input byte 0'],
    ['aGkx!', 'illegal base64 data at input byte 4'],
    ['aG==', undefined],
    ['aG=', 'illegal base64 data at input byte 3'],
    ['aG=x', 'illegal base64 data at input byte 2'],
    ['aGk=x', 'illegal base64 data at input byte 4'],
    ['=', 'illegal base64 data at input byte 0'],
    ['aGkxa', 'illegal base64 data at input byte 4'],
  ])('base64 %j: %s', (text, expected) => {
    expect(base64Error(text)).toBe(expected);
  });

  const pattern = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  it.each([
    ['', pattern],
    ['abc', pattern],
    ['1 Gi', pattern],
    ['1Gib', pattern],
    ['1gi', pattern],
    ['1KI', pattern],
    ['1iK', "unable to parse quantity's suffix"],
    ['1ee3', "unable to parse quantity's suffix"],
    ['1mm', "unable to parse quantity's suffix"],
    ['1e', "unable to parse quantity's suffix"],
  ])('quantity %j: %s', (text, expected) => {
    expect(quantityError(text)).toBe(expected);
  });

  const parsing = (text: string): string => `parsing time "${text}"`;
  const as = ' as "2006-01-02T15:04:05Z07:00": cannot parse';
  it.each([
    ['2024-02-29T01:02:03Z', undefined],
    ['2024-02-29T1:02:03.123456789+02:00', undefined],
    ['', `${parsing('')}${as} "" as "2006"`],
    ['2024', `${parsing('2024')}${as} "" as "-"`],
    ['2024-1-01T00:00:00Z', `${parsing('2024-1-01T00:00:00Z')}${as} "1-01T00:00:00Z" as "01"`],
    ['2024-13-01T00:00:00Z', `${parsing('2024-13-01T00:00:00Z')}: month out of range`],
    ['2023-02-29T00:00:00Z', `${parsing('2023-02-29T00:00:00Z')}: day out of range`],
    ['2024-01-01T25:00:00Z', `${parsing('2024-01-01T25:00:00Z')}: hour out of range`],
    ['2024-01-01 00:00:00Z', `${parsing('2024-01-01 00:00:00Z')}${as} " 00:00:00Z" as "T"`],
    ['2024-01-01T00:00:00', `${parsing('2024-01-01T00:00:00')}${as} "" as "Z07:00"`],
    ['2024-01-01T00:00:00Zx', `${parsing('2024-01-01T00:00:00Zx')}: extra text: "x"`],
  ])('time %j: %s', (text, expected) => {
    expect(timeError(text)).toBe(expected);
  });
});

it.each([
  ['commands', 'command'],
  ['livenessprobe', 'livenessProbe'],
  ['comand', 'command'],
  ['cmomand', 'command'],
  ['foo', undefined],
  ['x'.repeat(1000), undefined],
])('suggests for %s: %s', (written, expected) => {
  expect(suggest(written, ['name', 'image', 'command', 'args', 'livenessProbe'])).toBe(expected);
});
