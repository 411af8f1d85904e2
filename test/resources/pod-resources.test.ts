import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyDefaults } from '../../src/pod/defaults.ts';
import { qosClass } from '../../src/pod/qos.ts';
import { podResources } from '../../src/resources/pod-resources.ts';
import { podNeeding } from './pod-needing.ts';

describe('podResources', () => {
  it('takes the largest init container, or all that run together: the larger', () => {
    const pod = podNeeding('init A -/500Mi', 'init B -/200Mi', 'main app -/256Mi', 'main helper -/128Mi');
    const phase = (kind: string, containers: string[], memory: string, unused: object, decides: string[]): object => ({
      phase: kind,
      ...(kind !== 'running' && { container: containers[0] }),
      containers,
      requests: { memory },
      limits: {},
      unused,
      decides: { requests: decides, limits: [] },
    });
    expect(podResources(pod)).toEqual({
      requests: { memory: '500Mi' },
      limits: {},
      qosClass: 'Burstable',
      phases: [
        phase('init', ['A'], '500Mi', {}, ['memory']),
        phase('init', ['B'], '200Mi', { memory: '300Mi' }, []),
        phase('running', ['app', 'helper'], '384Mi', { memory: '116Mi' }, []),
      ],
    });
  });

  it('counts beside an init container the sidecars before it, and for the rest of the life all of them', () => {
    const pod = podNeeding(
      'sidecar s1 100m/100Mi',
      'init i1 400m/100Mi',
      'sidecar s2 200m/300Mi',
      'init i2 350m/700Mi',
      'main c 150m/200Mi',
    );
    const { requests, phases } = podResources(pod);
    expect(requests).toEqual({ cpu: '650m', memory: '1100Mi' });
    expect(phases.map(({ phase, container, containers, requests }) => [phase, container, containers.join(), requests])).toEqual([
      ['sidecar', 's1', 's1', { cpu: '100m', memory: '100Mi' }],
      ['init', 'i1', 'i1,s1', { cpu: '500m', memory: '200Mi' }],
      ['sidecar', 's2', 's1,s2', { cpu: '300m', memory: '400Mi' }],
      ['init', 'i2', 'i2,s1,s2', { cpu: '650m', memory: '1100Mi' }],
      ['running', undefined, 'c,s1,s2', { cpu: '450m', memory: '600Mi' }],
    ]);
    expect(phases.map(({ decides }) => decides.requests)).toEqual([[], [], [], ['cpu', 'memory'], []]);
  });

  it('leaves the deciding to the running phase, or the earlier step, where another needs the same', () => {
    const decides = (...containers: string[]): unknown =>
      podResources(podNeeding(...containers)).phases.map((phase) => phase.decides.requests);
    expect(decides('init a 100m/-', 'main c 100m/-')).toEqual([[], ['cpu']]);
    expect(decides('init a 100m/-', 'init b 0.1/-', 'main c 50m/-')).toEqual([['cpu'], [], []]);
    expect(decides('init a 100m/0', 'main c 100m/-')).toEqual([['memory'], ['cpu']]);
  });

  it("keeps the Pod's own values and its overhead out of the phases", () => {
    const pod = podNeeding('init i 800m/100Mi', 'main c 500m/512Mi');
    pod.spec.resources = { requests: { cpu: '1' } };
    pod.spec.overhead = { cpu: '250m', memory: '120Mi' };
    const { requests, phases } = podResources(pod);
    expect(requests).toEqual({ cpu: '1250m', memory: '632Mi' });
    expect(phases.map(({ requests, unused, decides }) => ({ requests, unused, decides: decides.requests }))).toEqual([
      { requests: { cpu: '800m', memory: '100Mi' }, unused: { cpu: '200m', memory: '412Mi' }, decides: [] },
      { requests: { cpu: '500m', memory: '512Mi' }, unused: { cpu: '500m' }, decides: ['memory'] },
    ]);
  });

  it('agrees with whole numbers added up in the plainest way', () => {
    const millis = fc.integer({ min: 0, max: 2000 });
    const step = fc.record({ kind: fc.constantFrom('init', 'sidecar'), cpu: millis });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), fc.array(millis, { minLength: 1, maxLength: 4 }), millis, (steps, mains, overhead) => {
        const pod = podNeeding(
          ...steps.map(({ kind, cpu }, i) => `${kind} s${i} ${cpu}m/-`),
          ...mains.map((cpu, i) => `main c${i} ${cpu}m/-`),
        );
        pod.spec.overhead = { cpu: `${overhead}m` };
        const before = (end: number): number =>
          steps.slice(0, end).reduce((sum, { kind, cpu }) => (kind === 'sidecar' ? sum + cpu : sum), 0);
        const needs = [...steps.map(({ cpu }, i) => before(i) + cpu), before(steps.length) + mains.reduce((a, b) => a + b)];
        const most = Math.max(...needs);
        const { requests, phases } = podResources(pod);
        const asMillis = (text = '0'): number => (text.endsWith('m') ? Number(text.slice(0, -1)) : Number(text.replace('k', '000')) * 1000);
        expect(asMillis(requests['cpu'])).toBe(most + overhead);
        expect(phases.map(({ requests }) => asMillis(requests['cpu']))).toEqual(needs);
        expect(phases.map(({ unused }) => asMillis(unused['cpu']))).toEqual(needs.map((need) => most - need));
        const deciding = needs.at(-1) === most ? needs.length - 1 : needs.indexOf(most);
        expect(phases.findIndex(({ decides }) => decides.requests.includes('cpu'))).toBe(deciding);
      }),
    );
  });

  it('takes amounts of any size', () => {
    const amount = fc.oneof(
      fc
        .tuple(fc.integer({ min: 0, max: 1e9 }), fc.constantFrom('', 'm', 'n', 'k', 'E', 'Ki', 'Ei'))
        .map(([number, unit]) => `${number}${unit}`),
      fc
        .tuple(fc.integer({ min: 0, max: 99 }), fc.constantFrom(-2e9, -400, -3, 0, 3, 400, 2e9))
        .map(([number, power]) => `${number}e${power}`),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('init', 'sidecar', 'main'), amount, amount), { minLength: 1, maxLength: 5 }),
        (entries) => {
          const pod = podNeeding(...entries.map(([kind, request, limit], i) => `${kind} c${i} -/${request} -/${limit}`), 'main last -/-');
          const { phases, qosClass: shown } = podResources(pod);
          expect(phases).toHaveLength(1 + entries.filter(([kind]) => kind !== 'main').length);
          expect(shown).toBe(qosClass(applyDefaults(pod)));
        },
      ),
    );
  });
});
