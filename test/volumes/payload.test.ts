import { describe, expect, test } from 'vitest';
import { RuntimeError } from '../../src/engine/runtime-service.ts';
import type { Volume } from '../../src/pod/types.ts';
import { volumePayload, type PayloadFile } from '../../src/volumes/payload.ts';
import { unsupportedProjections } from '../../src/volumes/unsupported-projections.ts';
import { makeContainer, makeMetadata, makePod, makeReferences } from '../fixtures/pod.ts';

const pod = makePod({
  metadata: { labels: { b: '2', a: 'x y' } },
  spec: { containers: [makeContainer({ resources: { limits: { memory: '64Mi' } } })] },
});
const references = makeReferences({
  configMaps: [{ metadata: makeMetadata('c'), data: { text: 'täxt', other: 'o' }, binaryData: { bin: 'AP8=' } }],
  secrets: [{ metadata: makeMetadata('s'), data: { key: 'c2VjcmV0' }, stringData: { text: 'plain' } }],
});

/** Text, or hexadecimal digits for bytes that are none, with the mode. */
function files(volume: Omit<Volume, 'name'>): Record<string, [string, string]> {
  const payload = volumePayload(pod, { name: 'v', ...volume }, references) ?? new Map<string, PayloadFile>();
  const text = (data: Uint8Array) => (data.includes(255) ? Buffer.from(data).toString('hex') : Buffer.from(data).toString());
  return Object.fromEntries([...payload].map(([path, { data, mode }]) => [path, [text(data), mode.toString(8)]]));
}

describe('files', () => {
  test.each<[string, Omit<Volume, 'name'>, Record<string, [string, string]>]>([
    ['configMap', { configMap: { name: 'c' } }, { bin: ['00ff', '644'], text: ['täxt', '644'], other: ['o', '644'] }],
    ['defaultMode', { secret: { secretName: 's', defaultMode: 0o400 } }, { key: ['secret', '400'], text: ['plain', '400'] }],
    [
      'items with paths and modes',
      {
        configMap: {
          name: 'c',
          defaultMode: 0o600,
          items: [
            { key: 'bin', path: 'd/./b' },
            { key: 'text', path: 't', mode: 0o755 },
          ],
        },
      },
      { 'd/b': ['00ff', '600'], t: ['täxt', '755'] },
    ],
    ['optional, missing', { configMap: { name: 'none', optional: true } }, {}],
    ['optional secret, missing', { secret: { secretName: 'none', optional: true, items: [{ key: 'a', path: 'a' }] } }, {}],
    [
      'optional, a key missing',
      {
        secret: {
          secretName: 's',
          optional: true,
          items: [
            { key: 'none', path: 'n' },
            { key: 'key', path: 'k' },
          ],
        },
      },
      { k: ['secret', '644'] },
    ],
    [
      'downwardAPI',
      {
        downwardAPI: {
          items: [
            { path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } },
            { path: 'name', fieldRef: { fieldPath: 'metadata.name' }, mode: 0o640 },
            { path: 'memory', resourceFieldRef: { containerName: 'app', resource: 'limits.memory', divisor: '1Mi' } },
          ],
        },
      },
      { labels: ['a="x y"\nb="2"', '644'], name: ['web', '640'], memory: ['64', '644'] },
    ],
    [
      'projected, later sources over earlier ones, what only a cluster has left out',
      {
        projected: {
          defaultMode: 0o440,
          sources: [
            { configMap: { name: 'c', items: [{ key: 'text', path: 'all/text' }] } },
            {
              secret: {
                name: 's',
                items: [
                  { key: 'key', path: 'all/key', mode: 0o400 },
                  { key: 'text', path: 'all/text' },
                ],
              },
            },
            { serviceAccountToken: { path: 'token' } },
            { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
            { configMap: { name: 'none', optional: true } },
          ],
        },
      },
      { 'all/text': ['plain', '440'], 'all/key': ['secret', '400'], name: ['web', '440'] },
    ],
  ])('%s', (_, volume, expected) => {
    expect(files(volume)).toEqual(expected);
  });

  test('other kinds have none', () => {
    expect(volumePayload(pod, { name: 'v', emptyDir: {} }, references)).toBeUndefined();
  });
});

describe('what is missing fails the mount', () => {
  test.each<[string, Omit<Volume, 'name'>]>([
    ['configmap "none" not found', { configMap: { name: 'none' } }],
    ['secret "none" not found', { secret: { secretName: 'none' } }],
    ['configmap references non-existent config key: k', { configMap: { name: 'c', items: [{ key: 'k', path: 'k' }] } }],
    ['references non-existent secret key: k', { secret: { secretName: 's', items: [{ key: 'k', path: 'k' }] } }],
    ['unsupported fieldPath: status.podIP', { downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'status.podIP' } }] } }],
    [
      'container none not found',
      { downwardAPI: { items: [{ path: 'p', resourceFieldRef: { containerName: 'none', resource: 'limits.cpu' } }] } },
    ],
    [
      '[configmap "x" not found, secret "y" not found]',
      { projected: { sources: [{ configMap: { name: 'x' } }, { secret: { name: 'y' } }, { secret: { name: 's' } }] } },
    ],
  ])('%s', (message, volume) => {
    expect(() => files(volume)).toThrow(new RuntimeError('FailedMount', `MountVolume.SetUp failed for volume "v" : ${message}`));
  });
});

test('sources that only a cluster can fill are named', () => {
  const volumes: Volume[] = [
    { name: 'a', emptyDir: {} },
    { name: 'b', projected: { sources: [{ configMap: { name: 'c' } }, { serviceAccountToken: { path: 't' } }, { podCertificate: {} }] } },
  ];
  expect(unsupportedProjections(makePod({ spec: { volumes } })).map(({ field }) => field)).toEqual([
    'spec.volumes[1].projected.sources[1].serviceAccountToken',
    'spec.volumes[1].projected.sources[2].podCertificate',
  ]);
  expect(unsupportedProjections(makePod())).toEqual([]);
});
