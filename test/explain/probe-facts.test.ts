import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probeFacts } from '../../src/explain/probe-facts.ts';
import type { ProbeKind } from '../../src/lifecycle/action.ts';
import type { Probe } from '../../src/pod/types.ts';
import { VirtualPod, findStatus, podOf } from '../lifecycle/virtual-pod.ts';
import { exec, probe } from '../lifecycle/stories.ts';
import { starts } from './simulated.ts';

const probes = fc.record({
  initialDelaySeconds: fc.integer({ min: 0, max: 40 }),
  periodSeconds: fc.integer({ min: 1, max: 30 }),
  timeoutSeconds: fc.integer({ min: 1, max: 40 }),
  failureThreshold: fc.integer({ min: 1, max: 6 }),
  successThreshold: fc.constant(1),
});

/** An init container before it puts the start at any place in the period; a failing attempt takes `attemptMs`. */
function run(kind: ProbeKind, numbers: Probe, offsetMs: number, attemptMs: number, from: number, until = Infinity): VirtualPod {
  const containers = [{ name: 'app', [`${kind}Probe`]: { ...exec, ...numbers } }];
  const behaviour = { first: [{ runMs: offsetMs }], app: [{ probes: { [kind]: { from, until } } }] };
  const pod = podOf({ initContainers: [{ name: 'first' }], containers });
  return new VirtualPod(pod, { behaviour, latencyMs: ({ type }) => (type === 'RunProbe' ? attemptMs : 0) });
}

function killSeconds(pod: VirtualPod, since: number): number {
  const told = pod.actions.find(({ action }) => action.type === 'StopContainer');
  return Math.round((told?.t ?? NaN) - since * 1000) / 1000;
}

function factsFor(kind: ProbeKind, numbers: Probe) {
  const [facts] = probeFacts(podOf({ containers: [{ name: 'app', [`${kind}Probe`]: { ...exec, ...numbers } }] }));
  if (facts === undefined) throw new Error('no facts');
  return facts;
}

describe('probeFacts', () => {
  it.each(['startup', 'liveness'] as const)('gives the span in which the core kills for a %s probe that never passes', (kind) => {
    fc.assert(
      fc.property(probes, fc.nat(60_000), fc.nat(100), (numbers, offsetMs, share) => {
        const attemptMs = numbers.timeoutSeconds * 10 * share;
        const pod = run(kind, numbers, offsetMs, attemptMs, Infinity).run(1_000_000);
        const { killedAfterSeconds } = factsFor(kind, numbers);
        const killed = killSeconds(pod, starts(pod, 'app')[0] ?? NaN);
        expect(killed).toBeGreaterThanOrEqual(killedAfterSeconds?.earliest ?? NaN);
        expect(killed).toBeLessThanOrEqual(killedAfterSeconds?.latest ?? NaN);
      }),
      { numRuns: 150 },
    );
  });

  it('gives the span in which the core notices that a container hangs', () => {
    fc.assert(
      fc.property(probes, fc.nat(60_000), fc.integer({ min: 100_000, max: 200_000 }), (numbers, offsetMs, until) => {
        const { noticedAfterSeconds } = factsFor('liveness', numbers);
        const pod = run('liveness', numbers, offsetMs, 0, 0, until).run(2_000_000);
        const killed = killSeconds(pod, (starts(pod, 'app')[0] ?? NaN) + until / 1000);
        expect(killed).toBeGreaterThanOrEqual(noticedAfterSeconds.earliest);
        expect(killed).toBeLessThanOrEqual(noticedAfterSeconds.latest);
      }),
      { numRuns: 150 },
    );
  });

  it('gives the earliest moment at which the core takes a container for ready', () => {
    fc.assert(
      fc.property(probes, fc.integer({ min: 1, max: 4 }), fc.nat(60_000), (numbers, successThreshold, offsetMs) => {
        const readiness = { ...numbers, successThreshold };
        const pod = run('readiness', readiness, offsetMs, 0, 0).run(1_000_000);
        const shown = pod.statuses.find(({ status }) => findStatus(status, 'app')?.ready === true);
        const ready = (shown?.t ?? NaN) / 1000 - (starts(pod, 'app')[0] ?? NaN);
        const { passesAfterSeconds } = factsFor('readiness', readiness);
        if (successThreshold === 1) expect(ready).toBeCloseTo(passesAfterSeconds, 2);
        // Its first look is an extra one, so that the second one comes within a period.
        else expect(ready).toBeGreaterThanOrEqual(passesAfterSeconds - numbers.periodSeconds);
      }),
      { numRuns: 150 },
    );
  });

  const kills: [string, Parameters<typeof podOf>[0], object][] = [
    ["the Pod's grace period", {}, { graceSeconds: 30, restarted: true }],
    [
      "the probe's own",
      { containers: [{ name: 'app', livenessProbe: probe({ terminationGracePeriodSeconds: 5 }) }] },
      { graceSeconds: 5, restarted: true },
    ],
    ['no restart with policy Never', { restartPolicy: 'Never' }, { graceSeconds: 30, restarted: false }],
    [
      'a restart by its own policy',
      { restartPolicy: 'Never', containers: [{ name: 'app', restartPolicy: 'OnFailure', livenessProbe: probe() }] },
      { restarted: true },
    ],
  ];
  it.each(kills)('kills with %s', (_, spec, kill) => {
    const [facts] = probeFacts(podOf({ containers: [{ name: 'app', livenessProbe: probe() }], ...spec }));
    expect(facts?.kill).toMatchObject(kill);
  });

  it('says that a restart which has to wait needs a failure, with policy OnFailure', () => {
    const spec = { restartPolicy: 'OnFailure', containers: [{ name: 'app', livenessProbe: probe() }] };
    const told = (exitCode: number) => {
      const app = [{ probes: { liveness: { from: Infinity } }, onStop: { afterMs: 0, exitCode } }];
      const pod = new VirtualPod(podOf(spec), { behaviour: { app }, latencyMs: () => 0 }).run(60_000);
      return { starts: pod.instances.length, phase: pod.phases().at(-1) };
    };
    expect(probeFacts(podOf(spec))[0]?.kill).toMatchObject({ restarted: true, onlyAfterFailure: true });
    expect(told(0)).toEqual({ starts: 3, phase: 'Succeeded' });
    expect(told(1)).toMatchObject({ phase: 'Running' });
    expect(probeFacts(podOf({ ...spec, restartPolicy: 'Always' }))[0]?.kill?.onlyAfterFailure).toBe(false);
  });

  it('counts liveness from the startup probe on, where there is one', () => {
    const [, liveness] = probeFacts(podOf({ containers: [{ name: 'app', startupProbe: probe(), livenessProbe: probe() }] }));
    expect(liveness).toMatchObject({ kind: 'liveness', afterStartupProbe: true, noticedAfterSeconds: { earliest: 2, latest: 4 } });
    expect(liveness?.killedAfterSeconds).toBeUndefined();
  });
});
