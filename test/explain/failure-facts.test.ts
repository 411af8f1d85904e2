import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureFacts } from '../../src/explain/failure-facts.ts';
import type { Consequence, FailureFacts } from '../../src/explain/failure-facts.ts';
import type { Container } from '../../src/pod/types.ts';
import { VirtualPod, podOf } from '../lifecycle/virtual-pod.ts';
import { sidecar } from '../lifecycle/stories.ts';
import type { Spec } from './simulated.ts';
import { simulated } from './simulated.ts';

const policies = fc.constantFrom('Always', 'OnFailure', 'Never');
const rules = fc.array(
  fc.record({
    action: fc.constantFrom('Restart', 'RestartAllContainers'),
    exitCodes: fc.record({ operator: fc.constantFrom('In', 'NotIn'), values: fc.array(fc.nat(4), { minLength: 1, maxLength: 3 }) }),
  }),
  { maxLength: 2 },
);

/** Its own policy and rules, or none. Rules need a policy. */
const choices = fc.option(fc.record({ restartPolicy: policies, restartPolicyRules: rules }), { nil: {} });

const roles = ['init', 'sidecar', 'main'] as const;

function specOf(role: (typeof roles)[number], restartPolicy: string, own: Partial<Container>): Spec {
  const one = { name: 'one', ...own };
  const init = role === 'init' && own.restartPolicy === 'Always' ? { ...one, restartPolicy: 'OnFailure' } : one;
  if (role === 'main') return { restartPolicy, initContainers: [{ name: 'before' }], containers: [one, { name: 'other' }] };
  return {
    restartPolicy,
    initContainers: [{ name: 'before' }, role === 'init' ? init : sidecar('one', { ...own, restartPolicy: 'Always' })],
  };
}

/** What the core makes of the first end of `one`. */
function observed(run: VirtualPod): Consequence {
  const instances = (name: string): number => run.instances.filter((instance) => instance.name === name).length;
  if (instances('before') > 1) return 'restartAllContainers';
  if (instances('one') > 1) return 'restart';
  if (run.phases().includes('Failed')) return 'podFails';
  return run.instances.some(({ name }) => name === 'main') ? 'next' : 'staysEnded';
}

function foretold({ exits }: FailureFacts, exitCode: number): Consequence | undefined {
  return (
    exits.find(({ exitCodes }) => exitCodes !== 'otherFailures' && exitCodes.includes(exitCode)) ??
    exits.find(({ exitCodes }) => exitCodes === 'otherFailures')
  )?.consequence;
}

describe('failureFacts', () => {
  it('foretells what the core makes of an exit, whatever policies and rules there are', () => {
    fc.assert(
      fc.property(fc.constantFrom(...roles), policies, choices, fc.nat(6), (role, restartPolicy, own, exitCode) => {
        const pod = podOf(specOf(role, restartPolicy, own));
        const behaviour = { before: [{ runMs: 10 }], one: [{ runMs: 1000, exitCode }, {}] };
        const run = simulated(pod, behaviour).run(9000);
        const facts = failureFacts(pod).find(({ container }) => container === 'one');
        expect(facts && foretold(facts, exitCode)).toBe(observed(run));
      }),
      { numRuns: 1000 },
    );
  });

  it('says who decides, what waits, and what stays as it is', () => {
    const pod = podOf({
      restartPolicy: 'OnFailure',
      initContainers: [{ name: 'a' }, sidecar('s'), { name: 'b', restartPolicy: 'Never' }],
      containers: [{ name: 'x' }, { name: 'y' }],
    });
    const parts = failureFacts(pod).map(({ container, policyOf, policy, holdsBack, sidecarsBefore, notRepeated }) => [
      container,
      `${policyOf} ${policy}`,
      holdsBack.join(' '),
      sidecarsBefore.join(' '),
      notRepeated.join(' '),
    ]);
    expect(parts).toEqual([
      ['a', 'pod OnFailure', 's b x y', '', ''],
      ['s', 'container Always', 'b x y', '', 'a'],
      ['b', 'container Never', 'x y', 's', 'a'],
      ['x', 'pod OnFailure', '', 's', 'a b'],
      ['y', 'pod OnFailure', '', 's', 'a b'],
    ]);
  });
});
