import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stopPlan } from '../../src/explain/stop-plan.ts';
import type { Container } from '../../src/pod/types.ts';
import type { Attempt } from '../lifecycle/virtual-pod.ts';
import { podOf } from '../lifecycle/virtual-pod.ts';
import { exec, sidecar } from '../lifecycle/stories.ts';
import { endAt, signalAt, simulated } from './simulated.ts';

const deletedAt = 5;

/** A preStop hook that sleeps, one whose length nobody knows, or none; and what the container does when it is told to end. */
const ways = fc.record({
  hook: fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 20 }), fc.constant('exec' as const)),
  hookMs: fc.nat(60_000),
  onStop: fc.oneof(
    fc.constant('ignore' as const),
    fc.nat(40_000).map((afterMs) => ({ afterMs, exitCode: 0 })),
  ),
});
type Way = typeof ways extends fc.Arbitrary<infer T> ? T : never;

const stops = fc.record({
  main: fc.array(ways, { minLength: 1, maxLength: 3 }),
  sidecars: fc.array(ways, { maxLength: 3 }),
  grace: fc.integer({ min: 1, max: 40 }),
});

function lifecycleOf({ hook }: Way, grace: number): Partial<Container> {
  if (hook === undefined) return {};
  return { lifecycle: { preStop: hook === 'exec' ? exec : { sleep: { seconds: Math.min(hook, grace) } } } };
}

function attemptOf({ hook, hookMs, onStop }: Way, grace: number): Attempt {
  return { onStop, ...(hook !== undefined && { preStop: { ms: hook === 'exec' ? hookMs : Math.min(hook, grace) * 1000 } }) };
}

describe('stopPlan', () => {
  it('gives the spans in which the core tells the containers to stop and kills them, whatever they do', () => {
    fc.assert(
      fc.property(stops, ({ main, sidecars, grace }) => {
        const pod = podOf({
          terminationGracePeriodSeconds: grace,
          initContainers: sidecars.map((way, i) => sidecar(`s${i}`, lifecycleOf(way, grace))),
          containers: main.map((way, i) => ({ name: `m${i}`, ...lifecycleOf(way, grace) })),
        });
        const behaviour = Object.fromEntries([
          ...sidecars.map((way, i) => [`s${i}`, [attemptOf(way, grace)]] as const),
          ...main.map((way, i) => [`m${i}`, [attemptOf(way, grace)]] as const),
        ]);
        const run = simulated(pod, behaviour)
          .at(deletedAt * 1000, { type: 'DeletionRequested', graceSeconds: undefined })
          .run(200_000);
        const plan = stopPlan(pod);
        for (const { container, after, signalAtSeconds, killAtSeconds } of plan.containers) {
          const signal = signalAt(run, container) - deletedAt;
          // The core counts whole seconds, hooks and their reports take a moment more.
          expect(signal, container).toBeGreaterThanOrEqual(signalAtSeconds.earliest - 0.01);
          expect(signal, container).toBeLessThanOrEqual(signalAtSeconds.latest + 1);
          const inTime = signal < plan.graceSeconds - 1;
          if (inTime) for (const other of after) expect(endAt(run, other) - deletedAt).toBeLessThanOrEqual(signal);
          const end = endAt(run, container) - deletedAt;
          expect(end, container).toBeLessThanOrEqual(killAtSeconds.latest + 1);
        }
        expect(run.t / 1000 - deletedAt).toBeLessThanOrEqual(plan.latestEndSeconds + 1.1);
      }),
      { numRuns: 250 },
    );
  });

  it('gives the very moments of the worst case: hooks and containers that never end', () => {
    fc.assert(
      fc.property(stops, ({ main, sidecars, grace }) => {
        const worst = (way: Way): Attempt => ({ ...attemptOf({ ...way, hookMs: 500_000 }, grace), onStop: 'ignore' });
        const pod = podOf({
          terminationGracePeriodSeconds: grace,
          initContainers: sidecars.map((way, i) => sidecar(`s${i}`, lifecycleOf(way, grace))),
          containers: main.map((way, i) => ({ name: `m${i}`, ...lifecycleOf(way, grace) })),
        });
        const behaviour = Object.fromEntries([
          ...sidecars.map((way, i) => [`s${i}`, [worst(way)]] as const),
          ...main.map((way, i) => [`m${i}`, [worst(way)]] as const),
        ]);
        const run = simulated(pod, behaviour)
          .at(deletedAt * 1000, { type: 'DeletionRequested', graceSeconds: undefined })
          .run(200_000);
        for (const { container, signalAtSeconds, killAtSeconds } of stopPlan(pod).containers) {
          expect(signalAt(run, container) - deletedAt, container).toBeCloseTo(signalAtSeconds.latest, 1);
          expect(endAt(run, container) - deletedAt, container).toBeCloseTo(killAtSeconds.latest, 1);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('gives the order: main containers together, then the sidecars, the last one first', () => {
    const pod = podOf({ initContainers: [sidecar('a'), { name: 'i' }, sidecar('b')], containers: [{ name: 'x' }, { name: 'y' }] });
    expect(stopPlan(pod).containers.map(({ container, after }) => [container, after])).toEqual([
      ['x', []],
      ['y', []],
      ['b', ['x', 'y']],
      ['a', ['x', 'y', 'b']],
    ]);
  });

  it('names what ignores its signal', () => {
    const script = (text: string): Partial<Container> => ({ name: 'main', command: ['sh', '-c', text] });
    const found = (container: Partial<Container>, spec = {}) =>
      stopPlan(podOf({ ...spec, containers: [container] })).containers[0]?.ignoresSigterm;
    expect(found(script('while true; do date; sleep 1; done'))).toEqual({ by: 'shell', program: 'sh' });
    expect(found(script('sleep 100'))).toEqual({ by: 'program', program: 'sleep' });
    expect(found({ name: 'main', command: ['/bin/sleep', 'infinity'] })).toEqual({ by: 'program', program: 'sleep' });
    expect(found(script('trap "exit 0" TERM; while true; do sleep 1; done'))).toBeUndefined();
    expect(found(script('prepare && exec /app'))).toBeUndefined();
    expect(found(script('/app --serve'))).toBeUndefined();
    expect(found({ name: 'main' })).toBeUndefined();
    expect(found(script('a; b'), { shareProcessNamespace: true })).toBeUndefined();
  });
});
