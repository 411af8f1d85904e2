import { describe, expect, test } from 'vitest';
import { applyDefaults } from '../../src/pod/defaults.ts';
import { effectiveResources } from '../../src/pod/effective-resources.ts';
import { qosClass } from '../../src/pod/qos.ts';
import { conformanceLines } from './conformance-data.ts';

interface Recording {
  pod: unknown;
  requests: Record<string, string>;
  limits: Record<string, string>;
  qosClass: string;
}

test('every recorded Pod has the recorded requests, limits and QoS class', () => {
  const differences = conformanceLines<Recording>('resources.ndjson').flatMap(({ pod: decoded, ...expected }, index) => {
    const pod = applyDefaults(decoded);
    const actual = { ...effectiveResources(pod), qosClass: qosClass(pod) };
    return JSON.stringify(sorted(actual)) === JSON.stringify(sorted(expected)) ? [] : [{ line: index + 1, actual, expected }];
  });
  expect(differences.slice(0, 3)).toEqual([]);
});

function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/** Containers in list order: `i:` init, `s:` sidecar, `c:` regular, as CPU in millicores / memory in Mi, "-" for none. */
const examples = [
  { requests: 'c150/100 c250/300', expected: '400/400' },
  { requests: 'i900/64 c150/100 c250/300', expected: '900/400' },
  { requests: 'i300/200 i700/50 i100/800 c200/256', expected: '700/800' },
  { requests: 's100/128 c500/512', expected: '600/640' },
  { requests: 's100/128 i600/200 c500/512', expected: '700/640' },
  { requests: 'i600/200 s100/128 c500/512', expected: '600/640' },
  { requests: 's100/100 i400/100 s200/300 i350/700 c150/200', expected: '650/1100' },
  { requests: 'i1000/1000 s50/64 s70/96 c300/300 c300/300', expected: '1000/1000' },
  { requests: 's100/128 c500/512', overhead: '250/120', expected: '850/760' },
  { requests: 's100/128 c500/512', limits: 's200/256 c1000/-', overhead: '250/120', expected: '850/760', expectedLimits: '1450/376' },
  { requests: 's100/128 c500/512', pod: ['1500/2048', '3000/4096'], expected: '1500/2048', expectedLimits: '3000/4096' },
  { requests: 'i800/100 c500/512', pod: ['1000/-', '-/-'], expected: '1000/512' },
  { requests: 's100/128 i200/64 c500/512', limits: 's100/128 i200/64 c500/512', expected: '600/640', qos: 'Guaranteed' },
  { requests: 'i-/- c500/512', limits: 'i-/- c500/512', expected: '500/512', qos: 'Burstable' },
  { requests: 's-/- c-/-', expected: '-/-', qos: 'BestEffort' },
  { requests: 'c500/-', limits: 'c-/256', expected: '500/256', qos: 'Burstable' },
  { requests: 'c100/100', pod: ['1000/1024', '1000/1024'], expected: '1000/1024', qos: 'Guaranteed' },
  { requests: 's250/64 s250/64 i500/512 s250/64 c100/64', expected: '1000/640' },
] as const satisfies readonly Example[];

interface Example {
  requests: string;
  limits?: string;
  overhead?: string;
  /** Requests and limits of the Pod itself. */
  pod?: readonly [string, string];
  expected: string;
  expectedLimits?: string;
  qos?: string;
}

describe('worked examples', () => {
  test.each<Example>(examples)('$requests, limits $limits, overhead $overhead, Pod $pod need $expected', (example) => {
    const pod = applyDefaults(examplePod(example));
    const { requests, limits } = effectiveResources(pod);
    expect(requests).toEqual(amounts(example.expected));
    if (example.expectedLimits) expect(limits).toEqual(amounts(example.expectedLimits));
    if (example.qos) expect(qosClass(pod)).toBe(example.qos);
  });

  test('extended resources never come from the level of the Pod', () => {
    const container = (name: string, gpu: string) => ({ name, image: 'x', resources: { limits: { 'example.com/gpu': gpu } } });
    const spec = {
      initContainers: [container('i', '1')],
      containers: [container('c', '2')],
      resources: { limits: { 'example.com/gpu': '9' } },
    };
    expect(effectiveResources(applyDefaults({ spec })).requests).toEqual({ 'example.com/gpu': '2' });
  });
});

function examplePod({ requests, limits = '', overhead, pod: [podRequests, podLimits] = ['-/-', '-/-'] }: Example): unknown {
  const limitOf = limits.split(' ');
  const containers = requests.split(' ').map((text, index) => ({
    name: `${text[0]}${index}`,
    image: 'busybox',
    ...(text.startsWith('s') && { restartPolicy: 'Always' }),
    resources: { requests: amounts(text.slice(1)), limits: amounts(limitOf[index]?.slice(1) || '-/-') },
  }));
  return {
    metadata: { name: 'example' },
    spec: {
      initContainers: containers.filter(({ name }) => !name.startsWith('c')),
      containers: containers.filter(({ name }) => name.startsWith('c')),
      resources: { requests: amounts(podRequests), limits: amounts(podLimits) },
      ...(overhead && { overhead: amounts(overhead) }),
    },
  };
}

function amounts(text: string): Record<string, string> {
  const [cpu = '-', memory = '-'] = text.split('/');
  const asCpu = Number(cpu) % 1000 === 0 ? `${Number(cpu) / 1000}` : `${cpu}m`;
  const asMemory = Number(memory) % 1024 === 0 ? `${Number(memory) / 1024}Gi` : `${memory}Mi`;
  return { ...(cpu !== '-' && { cpu: asCpu }), ...(memory !== '-' && { memory: asMemory }) };
}
