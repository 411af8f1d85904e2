import { describe, expect, test } from 'vitest';
import { fieldValue, resourceValue } from '../../src/pod/downward-api.ts';
import { makeContainer, makePod, makeReferences } from '../fixtures/pod.ts';

const pod = makePod({
  metadata: { labels: { zone: 'z"1', app: 'web' }, annotations: { 'example.com/note': 'a\nb' } },
  spec: {
    containers: [
      makeContainer({
        resources: { limits: { cpu: '1500m', memory: '1Gi', 'hugepages-2Mi': '4Mi' }, requests: { cpu: '250m', memory: '100M' } },
      }),
      makeContainer({ name: 'bare', resources: { limits: { cpu: '0' } } }),
    ],
    initContainers: [makeContainer({ name: 'init' })],
  },
});
const references = makeReferences();
const addresses = { podIPs: ['10.0.0.5', 'fd00::5'], hostIPs: ['192.168.1.2', 'fd00::2'] };

describe('fieldRef', () => {
  test.each([
    ['metadata.name', 'web'],
    ['metadata.namespace', 'default'],
    ['metadata.uid', 'uid-1'],
    ['metadata.labels', 'app="web"\nzone="z\\"1"'],
    ['metadata.annotations', 'example.com/note="a\\nb"'],
    ["metadata.labels['zone']", 'z"1'],
    ["metadata.annotations['example.com/note']", 'a\nb'],
    ["metadata.labels['none']", ''],
    ["metadata.labels['constructor']", ''],
    ['spec.nodeName', 'node-1'],
    ['spec.serviceAccountName', 'default'],
    ['status.podIP', '10.0.0.5'],
    ['status.podIPs', '10.0.0.5,fd00::5'],
    ['status.hostIP', '192.168.1.2'],
    ['status.hostIPs', '192.168.1.2,fd00::2'],
  ])('%s is %j', (path, expected) => {
    expect(fieldValue(pod, references, path, addresses)).toBe(expected);
  });

  test('what the spec names wins', () => {
    const named = makePod({ spec: { nodeName: 'n', serviceAccountName: 's' } });
    expect(fieldValue(named, references, 'spec.nodeName')).toBe('n');
    expect(fieldValue(named, references, 'spec.serviceAccountName')).toBe('s');
  });

  test.each(['status.phase', 'metadata.labels[x]', 'status.podIP'])('%s is no field for a volume', (path) => {
    expect(() => fieldValue(pod, references, path)).toThrow(`unsupported fieldPath: ${path}`);
  });
});

describe('resourceFieldRef', () => {
  const [app, bare] = pod.spec.containers;
  const [init] = pod.spec.initContainers ?? [];

  test.each([
    ['limits.cpu', undefined, '2'],
    ['limits.cpu', '0', '2'],
    ['limits.cpu', '1m', '1500'],
    ['requests.cpu', '1', '1'],
    ['requests.cpu', '100m', '3'],
    ['limits.memory', undefined, '1073741824'],
    ['limits.memory', '1Mi', '1024'],
    ['limits.memory', '1M', '1074'],
    ['requests.memory', '1Mi', '96'],
    ['limits.hugepages-2Mi', '1Mi', '4'],
    ['requests.ephemeral-storage', '1', '0'],
    ['limits.ephemeral-storage', '1Gi', '100'],
  ])('%s in units of %s is %s', (resource, divisor, expected) => {
    expect(resourceValue(pod, references, { resource, ...(divisor && { divisor }) }, app)).toBe(expected);
  });

  test.each([
    ['its own missing limit: the machine', { resource: 'limits.cpu' }, bare, '4'],
    ["an init container's own", { resource: 'limits.cpu' }, init, '4'],
    ['a regular container by name', { containerName: 'bare', resource: 'limits.memory' }, app, '8589934592'],
    ['an init container by name: nothing', { containerName: 'init', resource: 'limits.memory' }, app, '0'],
    ['in a volume: the machine for that too', { containerName: 'init', resource: 'limits.memory' }, undefined, '8589934592'],
    ['a missing request', { containerName: 'bare', resource: 'requests.cpu' }, app, '0'],
  ])('%s', (_, selector, container, expected) => {
    expect(resourceValue(pod, references, selector, container)).toBe(expected);
  });

  test("the Pod's own limit stands in before the machine's", () => {
    const limited = makePod({ spec: { resources: { limits: { cpu: '2' } } } });
    expect(resourceValue(limited, references, { resource: 'limits.cpu' }, limited.spec.containers[0])).toBe('2');
    expect(resourceValue(limited, references, { resource: 'limits.memory', divisor: '1Gi' }, limited.spec.containers[0])).toBe('8');
  });

  test.each([
    [{ containerName: 'none', resource: 'limits.cpu' }, 'container none not found'],
    [{ resource: 'limits.gpu' }, 'unsupported container resource : limits.gpu'],
  ])('%j is refused', (selector, message) => {
    expect(() => resourceValue(pod, references, selector, app)).toThrow(message);
  });
});
