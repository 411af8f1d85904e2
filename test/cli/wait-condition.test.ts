import { describe, expect, it } from 'vitest';
import { parseWaitCondition } from '../../src/cli/wait-condition.ts';
import type { Pod } from '../../src/pod/types.ts';

const pod = {
  metadata: { name: 'web', labels: { 'app.kubernetes.io/name': 'web' } },
  spec: { containers: [{ name: 'app' }, { name: 'proxy' }] },
  status: {
    phase: 'Running',
    conditions: [
      { type: 'Initialized', status: 'True' },
      { type: 'Ready', status: 'False' },
    ],
  },
} as unknown as Pod;

describe('what wait --for waits for', () => {
  it.each([
    ['condition=Initialized', true],
    ['condition=initialized=TRUE', true],
    ['condition=Ready', false],
    ['condition=Ready=false', true],
    ['condition=Nothing', false],
    ["jsonpath='{.status.phase}'=Running", true],
    ['jsonpath={.status.phase}=Pending', false],
    ['jsonpath=.status.phase', true],
    ['jsonpath={.status.podIP}', false],
    ['jsonpath={.status.conditions[?(@.type=="Ready")].status}=False', true],
    ['jsonpath={.spec.containers[-1].name}=proxy', true],
    [String.raw`jsonpath={.metadata.labels.app\.kubernetes\.io/name}=web`, 'cannot read'],
    [String.raw`jsonpath={.metadata.labels['app.kubernetes.io/name']}=web`, true],
    ['delete', false],
    ['jsonpath={.spec.containers[*].name}=app', 'matches more than one value'],
    ['jsonpath={.status}=x', 'nested object or list'],
    ['jsonpath={.status.phase}=', 'has to have a value'],
    ['jsonpath={.a b}', 'cannot read the jsonpath'],
    ['ready', 'unrecognized condition: "ready"'],
  ])('%s: %s', (text, expected) => {
    const isMet = (): boolean => parseWaitCondition(text).isMet(pod);
    if (typeof expected === 'string') expect(isMet).toThrow(expected);
    else expect(isMet()).toBe(expected);
  });

  it('takes a Pod that was stopped for deleted', () => {
    const stopped = { ...pod, metadata: { ...pod.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' }, status: { phase: 'Failed' } };
    expect(parseWaitCondition('delete').isMet(stopped as Pod)).toBe(true);
  });
});
