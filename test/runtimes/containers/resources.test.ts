import { describe, expect, test } from 'vitest';
import type { ResourceRequirements } from '../../../src/pod/types.ts';
import { containerResources } from '../../../src/runtimes/containers/resources.ts';
import { makeContainer, makePod } from '../../fixtures/pod.ts';

const facts = { memoryBytes: 4 * 1024 ** 3, minOOMScoreAdj: -1000 };

describe('the cgroup values of a container', () => {
  test.each<[ResourceRequirements, object]>([
    [{}, { cpuShares: 2, oomScoreAdj: 1000 }],
    [{ requests: { cpu: '500m' } }, { cpuShares: 512, oomScoreAdj: 999 }],
    [{ requests: { cpu: '1m' } }, { cpuShares: 2, oomScoreAdj: 999 }],
    [{ requests: { cpu: '1000' } }, { cpuShares: 262_144, oomScoreAdj: 999 }],
    [
      { limits: { cpu: '5m' }, requests: { cpu: '5m' } },
      { cpuShares: 5, cpuPeriod: 100_000, cpuQuota: 1000, oomScoreAdj: 999 },
    ],
    [
      { limits: { cpu: '1500m' }, requests: { cpu: '1' } },
      { cpuShares: 1024, cpuPeriod: 100_000, cpuQuota: 150_000, oomScoreAdj: 999 },
    ],
    [
      { requests: { memory: '1Gi' }, limits: { memory: '2Gi' } },
      { cpuShares: 2, memoryLimitBytes: 2 ** 31, oomScoreAdj: 750 },
    ],
    [{ requests: { memory: '4Gi' } }, { cpuShares: 2, oomScoreAdj: 3 }],
    [
      { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '1', memory: '1Gi' } },
      { cpuShares: 1024, cpuPeriod: 100_000, cpuQuota: 100_000, memoryLimitBytes: 2 ** 30, oomScoreAdj: -997 },
    ],
  ])('%j', (resources, expected) => {
    const container = makeContainer({ resources });
    expect(containerResources(makePod({ spec: { containers: [container] } }), container, facts)).toEqual(expected);
  });

  test('keep a sidecar as long as the containers that it serves', () => {
    const sidecar = makeContainer({ name: 'sidecar', restartPolicy: 'Always' });
    const app = makeContainer({ resources: { requests: { memory: '2Gi' } } });
    const pod = makePod({ spec: { initContainers: [sidecar], containers: [app] } });
    expect(containerResources(pod, sidecar, facts).oomScoreAdj).toBe(500);
  });

  test('do not ask for an oom_score_adj that the machine refuses', () => {
    const container = makeContainer({ resources: { requests: { memory: '4Gi' } } });
    const pod = makePod({ spec: { containers: [container] } });
    expect(containerResources(pod, container, { ...facts, minOOMScoreAdj: 200 }).oomScoreAdj).toBe(200);
  });
});
