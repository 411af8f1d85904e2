import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../src/pod/config-error.ts';
import { containerEnvironment, withImageEnvironment, type EnvironmentFacts } from '../../src/pod/environment.ts';
import type { Container, EnvVar, Service } from '../../src/pod/types.ts';
import { makeContainer, makeMetadata, makePod, makeReferences, type Objects } from '../fixtures/pod.ts';

const objects: Objects = {
  configMaps: [
    { metadata: makeMetadata('settings'), data: { COLOR: 'blue', SIZE: '$(COLOR)', 'dotted.key': 'd' }, binaryData: { BIN: 'AAE=' } },
    { metadata: makeMetadata('more'), data: { COLOR: 'red' } },
  ],
  secrets: [{ metadata: makeMetadata('keys'), data: { password: 'cMOkc3M=', overridden: 'b2xk' }, stringData: { overridden: 'new' } }],
};
const facts: EnvironmentFacts = { podIPs: ['10.0.0.5', 'fd00::5'], hostIPs: ['192.168.1.2', 'fd00::2'] };

function environment(container: Partial<Container>, changes: Partial<EnvironmentFacts> = {}): Record<string, string> {
  const built = makeContainer(container);
  const pod = makePod({
    metadata: { labels: { app: 'web' }, annotations: { 'example.com/a': 'b"c' } },
    spec: { containers: [built] },
  });
  return { ...containerEnvironment(pod, built, makeReferences(objects), { ...facts, ...changes }) };
}

const from = (valueFrom: NonNullable<EnvVar['valueFrom']>): EnvVar[] => [{ name: 'X', valueFrom }];

describe('env', () => {
  test.each<[string, EnvVar[], Record<string, string>]>([
    ['literal', [{ name: 'A', value: '1' }], { A: '1' }],
    ['neither value nor source', [{ name: 'A' }, { name: 'B', value: '' }], { A: '', B: '' }],
    [
      'earlier variables are expanded',
      [
        { name: 'A', value: '1' },
        { name: 'B', value: '$(A)2' },
      ],
      { A: '1', B: '12' },
    ],
    [
      'later ones are not',
      [
        { name: 'B', value: '$(A)2' },
        { name: 'A', value: '1' },
      ],
      { B: '$(A)2', A: '1' },
    ],
    [
      'itself, defined before',
      [
        { name: 'A', value: '1' },
        { name: 'A', value: '$(A)$(A)' },
      ],
      { A: '11' },
    ],
    ['escaped', [{ name: 'A', value: '$$(A)' }], { A: '$(A)' }],
    [
      'prototype names',
      [
        { name: '__proto__', value: 'p' },
        { name: 'B', value: '$(__proto__)$(constructor)' },
      ],
      JSON.parse('{"__proto__":"p","B":"p$(constructor)"}') as Record<string, string>,
    ],
    ['fieldRef', from({ fieldRef: { fieldPath: 'metadata.name' } }), { X: 'web' }],
    ['configMapKeyRef, not expanded', from({ configMapKeyRef: { name: 'settings', key: 'SIZE' } }), { X: '$(COLOR)' }],
    ['secretKeyRef', from({ secretKeyRef: { name: 'keys', key: 'password' } }), { X: 'päss' }],
    ['secretKeyRef, stringData', from({ secretKeyRef: { name: 'keys', key: 'overridden' } }), { X: 'new' }],
    ['optional configMap missing', from({ configMapKeyRef: { name: 'none', key: 'k', optional: true } }), {}],
    ['optional configMap key missing', from({ configMapKeyRef: { name: 'settings', key: 'toString', optional: true } }), {}],
    ['optional secret missing', from({ secretKeyRef: { name: 'none', key: 'k', optional: true } }), {}],
    ['optional secret key missing', from({ secretKeyRef: { name: 'keys', key: 'k', optional: true } }), {}],
    ['own limit', from({ resourceFieldRef: { resource: 'limits.cpu' } }), { X: '4' }],
  ])('%s', (_, env, expected) => {
    expect(environment({ env })).toEqual(expected);
  });
});

describe('a missing source keeps the container waiting', () => {
  test.each<[string, EnvVar[]]>([
    ['configmap "none" not found', from({ configMapKeyRef: { name: 'none', key: 'k' } })],
    ['secret "none" not found', from({ secretKeyRef: { name: 'none', key: 'k' } })],
    ["couldn't find key k in ConfigMap default/settings", from({ configMapKeyRef: { name: 'settings', key: 'k' } })],
    ["couldn't find key BIN in ConfigMap default/settings", from({ configMapKeyRef: { name: 'settings', key: 'BIN' } })],
    ["couldn't find key k in Secret default/keys", from({ secretKeyRef: { name: 'keys', key: 'k' } })],
    ['unsupported fieldPath: spec.nope', from({ fieldRef: { fieldPath: 'spec.nope' } })],
    ['container other not found', from({ resourceFieldRef: { containerName: 'other', resource: 'limits.cpu' } })],
    ['cannot find the volume "v" referenced by FileKeyRef', from({ fileKeyRef: { volumeName: 'v', path: 'p', key: 'k' } })],
  ])('%s', (message, env) => {
    expect(() => environment({ env })).toThrow(new ConfigError(message));
  });

  test.each([
    ['configmap "none" not found', { configMapRef: { name: 'none' } }],
    ['secret "none" not found', { secretRef: { name: 'none' } }],
  ])('envFrom: %s', (message, source) => {
    expect(() => environment({ envFrom: [source] })).toThrow(new ConfigError(message));
  });
});

describe('envFrom', () => {
  test('sources in order, the later overwriting, data only, with their prefix', () => {
    const envFrom = [
      { configMapRef: { name: 'settings' } },
      { configMapRef: { name: 'none', optional: true } },
      { configMapRef: { name: 'more' } },
      { prefix: 'P_', secretRef: { name: 'keys' } },
    ];
    expect(environment({ envFrom })).toEqual({
      COLOR: 'red',
      SIZE: '$(COLOR)',
      'dotted.key': 'd',
      P_password: 'päss',
      P_overridden: 'new',
    });
  });

  test('env overwrites and sees it; an optional missing source leaves it', () => {
    const env: EnvVar[] = [
      { name: 'B', value: '<$(COLOR)>' },
      { name: 'COLOR', valueFrom: { configMapKeyRef: { name: 'none', key: 'k', optional: true } } },
      { name: 'dotted.key', value: 'own' },
    ];
    expect(environment({ envFrom: [{ configMapRef: { name: 'settings' } }], env })).toEqual({
      COLOR: 'blue',
      SIZE: '$(COLOR)',
      'dotted.key': 'own',
      B: '<blue>',
    });
  });
});

describe('fileKeyRef', () => {
  const fileKeyRef = { volumeName: 'v', path: 'p/f.env', key: 'k' };

  test('reads through the runtime', () => {
    const readFileKey = (...key: string[]) => key.join(' ');
    expect(environment({ env: from({ fileKeyRef }) }, { readFileKey })).toEqual({ X: 'v p/f.env k' });
  });

  test.each([undefined, ''])('%j is a missing key', (value) => {
    const readFileKey = () => value;
    expect(environment({ env: from({ fileKeyRef: { ...fileKeyRef, optional: true } }) }, { readFileKey })).toEqual({});
    expect(() => environment({ env: from({ fileKeyRef }) }, { readFileKey })).toThrow(
      new ConfigError('environment variable key "k" not found in file "p/f.env"'),
    );
  });

  test('an unreadable file is an error, its cause kept', () => {
    const cause = new Error('ENOENT');
    const readFileKey = () => {
      throw cause;
    };
    expect(() => environment({ env: from({ fileKeyRef }) }, { readFileKey })).toThrow(
      expect.objectContaining({ message: "couldn't parse env file", cause }) as Error,
    );
  });
});

describe('Services', () => {
  const service = (name: string, clusterIP: string, namespace = 'default'): Service => ({
    metadata: makeMetadata(name, namespace),
    spec: {
      clusterIP,
      ports: [
        { name: 'http', port: 80, protocol: 'TCP' },
        { name: 'dns-udp', port: 53, protocol: 'UDP' },
      ],
    },
  });
  const services = [
    service('my-db', '10.1.0.7'),
    service('headless', 'None'),
    service('pending', ''),
    service('elsewhere', '10.1.0.8', 'other'),
    service('kubernetes', '10.1.0.1'),
  ];
  const all = (enableServiceLinks: boolean | undefined, env: EnvVar[] = []) => {
    const container = makeContainer({ env });
    const pod = makePod({ spec: { containers: [container], ...(enableServiceLinks === undefined ? {} : { enableServiceLinks }) } });
    return { ...containerEnvironment(pod, container, makeReferences({ services }), facts) };
  };
  const variables = (name: string, ip: string) => ({
    [`${name}_SERVICE_HOST`]: ip,
    [`${name}_SERVICE_PORT`]: '80',
    [`${name}_SERVICE_PORT_HTTP`]: '80',
    [`${name}_SERVICE_PORT_DNS_UDP`]: '53',
    [`${name}_PORT`]: `tcp://${ip}:80`,
    [`${name}_PORT_80_TCP`]: `tcp://${ip}:80`,
    [`${name}_PORT_80_TCP_PROTO`]: 'tcp',
    [`${name}_PORT_80_TCP_PORT`]: '80',
    [`${name}_PORT_80_TCP_ADDR`]: ip,
    [`${name}_PORT_53_UDP`]: `udp://${ip}:53`,
    [`${name}_PORT_53_UDP_PROTO`]: 'udp',
    [`${name}_PORT_53_UDP_PORT`]: '53',
    [`${name}_PORT_53_UDP_ADDR`]: ip,
  });

  test.each([undefined, true])('of the namespace and kubernetes, with enableServiceLinks %j', (links) => {
    expect(all(links)).toEqual({ ...variables('MY_DB', '10.1.0.7'), ...variables('KUBERNETES', '10.1.0.1') });
  });

  test('only kubernetes without links', () => {
    expect(all(false)).toEqual(variables('KUBERNETES', '10.1.0.1'));
  });

  test('they can be referred to and overwritten; what env defines wins over them', () => {
    const env = [
      { name: 'URL', value: 'http://$(MY_DB_SERVICE_HOST)/' },
      { name: 'MY_DB_SERVICE_HOST', value: 'mine' },
      { name: 'URL2', value: '$(MY_DB_SERVICE_HOST)' },
    ];
    expect(all(true, env)).toMatchObject({ URL: 'http://10.1.0.7/', MY_DB_SERVICE_HOST: 'mine', URL2: 'mine' });
  });

  test('an IPv6 address stands in brackets in URLs', () => {
    const container = makeContainer();
    const references = makeReferences({ services: [service('six', 'fd00::1')] });
    expect(containerEnvironment(makePod(), container, references, facts)).toMatchObject({
      SIX_SERVICE_HOST: 'fd00::1',
      SIX_PORT: 'tcp://[fd00::1]:80',
      SIX_PORT_80_TCP_ADDR: 'fd00::1',
    });
  });
});

test("the container's variables lie over the image's", () => {
  const image = ['PATH=/bin', 'A=image', 'EMPTY=', 'EQ=a=b', '=odd'];
  expect({ ...withImageEnvironment(image, { A: 'own', B: '2' }) }).toEqual({ PATH: '/bin', A: 'own', EMPTY: '', EQ: 'a=b', B: '2' });
  expect({ ...withImageEnvironment(undefined, { A: 'own' }) }).toEqual({ A: 'own' });
});
