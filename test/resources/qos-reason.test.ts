import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { qosClass } from '../../src/pod/qos.ts';
import type { ResourceRequirements } from '../../src/pod/types.ts';
import { qosReason } from '../../src/resources/qos-reason.ts';
import { podNeeding } from './pod-needing.ts';

interface Case {
  readonly containers: readonly string[];
  readonly own?: ResourceRequirements;
  readonly expected: string;
}

describe('qosReason', () => {
  it.each<Case>([
    { containers: ['main app -/-'], expected: 'BestEffort: no container has a request or a limit of cpu or memory' },
    {
      containers: ['sidecar s 1/1Gi 1/1Gi', 'main app 1/1Gi 1/1Gi'],
      expected: 'Guaranteed: every container has cpu and memory limits, and requests equal to them',
    },
    { containers: ['main app -/- 1/1Gi'], expected: 'Guaranteed: every container has cpu and memory limits, and requests equal to them' },
    { containers: ['init i -/-', 'main app 1/1Gi 1/1Gi'], expected: 'Burstable: container i has no cpu and no memory limit' },
    { containers: ['main app 1/1Gi 1/1Gi', 'main b 1/1Gi 1/-'], expected: 'Burstable: container b has no memory limit' },
    { containers: ['main app 0/1Gi 0/1Gi'], expected: 'Burstable: container app has a cpu limit of 0' },
    {
      containers: ['main app 1/512Mi 1/1Gi'],
      expected: 'Burstable: container app requests 512Mi memory, less than its limit of 1Gi',
    },
    { containers: ['main app 0/1Gi 1/1Gi'], expected: 'Burstable: container app requests 0 cpu, less than its limit of 1' },
    {
      containers: ['main app 1/1Gi'],
      own: { requests: { cpu: '2', memory: '2Gi' }, limits: { cpu: '2', memory: '2Gi' } },
      expected: "Guaranteed: the Pod's own cpu and memory requests equal its limits",
    },
    {
      containers: ['main app 1/1Gi 1/1Gi'],
      own: { requests: { cpu: '2', memory: '2Gi' } },
      expected: 'Burstable: the Pod itself has no cpu and no memory limit',
    },
    {
      containers: ['main app 1/1Gi 1/1Gi'],
      own: { limits: { 'hugepages-2Mi': '2Mi' } },
      expected: "BestEffort: the Pod's own resources have no cpu and no memory",
    },
  ])('of $containers and $own: $expected', ({ containers, own, expected }) => {
    const pod = podNeeding(...containers);
    if (own) pod.spec.resources = own;
    expect(`${qosClass(pod)}: ${qosReason(pod)}`).toBe(expected);
  });

  test('a Burstable Pod whose requests are within its limits always has a definite one', () => {
    const amount = fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined });
    const pair = fc.tuple(amount, amount).map(([a, b]) => (a !== undefined && b !== undefined && a > b ? [b, a] : [a, b]));
    const container = fc.record({ kind: fc.constantFrom('init', 'sidecar', 'main'), cpu: pair, memory: pair });
    fc.assert(
      fc.property(fc.array(container, { maxLength: 4 }), (containers) => {
        const text = (value: number | undefined): string => String(value ?? '-');
        const list = (index: number, { cpu, memory }: { cpu: unknown[]; memory: unknown[] }): string =>
          `${text(cpu[index] as number | undefined)}/${text(memory[index] as number | undefined)}`;
        const pod = podNeeding(...containers.map((entry, i) => `${entry.kind} c${i} ${list(0, entry)} ${list(1, entry)}`));
        if (qosClass(pod) === 'Burstable') expect(qosReason(pod)).toMatch(/^container c\d (?:has|requests) /);
      }),
    );
  });
});
