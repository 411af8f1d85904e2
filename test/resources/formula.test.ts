import { describe, expect, it } from 'vitest';
import type { PodSpec } from '../../src/pod/types.ts';
import { calculations } from '../../src/resources/calculation.ts';
import { formula } from '../../src/resources/formula.ts';
import { podNeeding } from './pod-needing.ts';

interface Case {
  readonly containers: readonly string[];
  readonly change?: Partial<PodSpec>;
  readonly list?: 'limits';
  /** For CPU. */
  readonly expected: readonly string[];
}

describe('formula', () => {
  it.each<Case>([
    { containers: ['main app 500m/-', 'main helper 1/-'], expected: [] },
    { containers: ['main app -/1Gi'], expected: [] },
    {
      containers: ['init a 300m/-', 'init b -/1Gi', 'main app 200m/-'],
      expected: ['max(300m, 0, 200m) = 300m, decided by init a'],
    },
    {
      containers: ['sidecar proxy 100m/-', 'init migrate 600m/-', 'main app 500m/-'],
      expected: ['max(100m, 600m + 100m, 500m + 100m) = 700m, decided by init migrate'],
    },
    {
      containers: ['init migrate 600m/-', 'sidecar proxy 100m/-', 'main app 500m/-'],
      expected: ['max(600m, 100m, 500m + 100m) = 600m, decided by what runs together'],
    },
    {
      containers: ['init wait -/1Gi', 'main app 500m/-', 'main helper -/-'],
      expected: ['max(0, 500m) = 500m, decided by app while running'],
    },
    {
      containers: ['main app 500m/-'],
      change: { overhead: { cpu: '250m' } },
      expected: ['500m + 250m overhead = 750m'],
    },
    {
      containers: ['init migrate 600m/-', 'main app 500m/-'],
      change: { resources: { requests: { cpu: '2' } }, overhead: { cpu: '250m' } },
      expected: [
        'max(600m, 500m) = 600m, decided by init migrate',
        "replaced by the Pod's own 2 (spec.resources)",
        '2 + 250m overhead = 2250m',
      ],
    },
    { containers: ['main app -/-'], change: { overhead: { cpu: '250m' } }, expected: ['0 + 250m overhead = 250m'] },
    { containers: ['main app 1/-'], change: { overhead: { cpu: '250m' } }, list: 'limits', expected: [] },
    {
      containers: ['main app 1/- 2/-'],
      change: { overhead: { cpu: '250m' } },
      list: 'limits',
      expected: ['2 + 250m overhead = 2250m'],
    },
  ])('of $containers with $change: $expected', ({ containers, change, list = 'requests', expected }) => {
    const pod = podNeeding(...containers);
    Object.assign(pod.spec, change);
    const cpu = calculations(pod).find((calculation) => calculation.resource === 'cpu' && calculation.list === list);
    expect(cpu ? formula(cpu) : []).toEqual(expected);
  });
});

describe('calculations', () => {
  it('come with CPU and memory first, requests before limits', () => {
    const pod = podNeeding('main app 1/1Gi 2/2Gi');
    Object.assign(pod.spec.containers[0]?.resources.requests ?? {}, { 'example.com/gpu': '1', 'ephemeral-storage': '1Gi' });
    expect(calculations(pod).map(({ list, resource }) => `${list} ${resource}`)).toEqual([
      'requests cpu',
      'requests memory',
      'requests ephemeral-storage',
      'requests example.com/gpu',
      'limits cpu',
      'limits memory',
    ]);
  });

  it('give one share where very many run at once', () => {
    const sidecars = Array.from({ length: 50 }, (_, i) => `sidecar s${i} 1m/-`);
    const [cpu] = calculations(podNeeding(...sidecars, 'main app 1/-'));
    expect(cpu?.phases.slice(-2).map(({ shares }) => shares.length)).toEqual([50, 1]);
    expect(cpu && formula(cpu)[0]).toMatch(/1m \+ 1m, 1050m\) = 1050m, decided by 51 containers while running$/);
  });

  it('name what runs without a limit, unless the Pod has one of its own', () => {
    const pod = podNeeding('init i -/-', 'sidecar s -/-', 'main app 1/- 2/-', 'main helper 1/-');
    const unlimited = (): unknown => calculations(pod).find(({ list }) => list === 'limits')?.unlimited;
    expect(unlimited()).toEqual(['helper', 's']);
    pod.spec.resources = { limits: { cpu: '4' } };
    expect(unlimited()).toEqual([]);
  });
});
