import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Container, ContainerState, Pod, PodStatus } from '../../src/pod/types.ts';
import { death } from './arbitrary-pod.ts';
import { exec, probe } from './stories.ts';
import type { Attempt, Death } from './virtual-pod.ts';
import { VirtualPod, allStatuses, podOf } from './virtual-pod.ts';

// Containers that fail a few times and then do what they are for, probes and hooks that go well: what such a Pod comes to does not
// depend on when it is looked at, so that it must not depend on who looked either.
const runs = Number(process.env.OUTRIDER_RUNS ?? 2000);
const seed = process.env.OUTRIDER_SEED === undefined ? {} : { seed: Number(process.env.OUTRIDER_SEED) };
const horizonMs = 3 * 60_000;

test('a Pod whose supervisor dies at any moment comes to what it would have come to', { timeout: 300_000 }, () => {
  const deaths = fc.array(fc.tuple(fc.integer({ min: 0, max: 40_000 }), death), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(calmStory(), deaths, (one, at) => {
      const [plain, killed] = [run(one, []), run(one, at)];
      expect(outcome(killed, at)).toEqual(outcome(plain, at));
      expect(startsByName(killed)).toEqual(startsByName(plain));
    }),
    { numRuns: runs, ...seed },
  );
});

interface CalmStory {
  readonly pod: Pod;
  readonly behaviour: Readonly<Record<string, readonly Attempt[]>>;
  readonly latenciesMs: readonly number[];
}

function run({ pod, behaviour, latenciesMs }: CalmStory, deaths: readonly (readonly [number, Death])[]): VirtualPod {
  let n = 0;
  const virtual = new VirtualPod(pod, { behaviour, latencyMs: () => latenciesMs[n++ % latenciesMs.length] ?? 0 });
  for (const [t, one] of deaths) virtual.killSupervisor(t, one);
  return virtual.run(horizonMs);
}

/** The last status without times and IDs; how the instance before ended is only known where it was kept. */
function outcome({ state }: VirtualPod, deaths: readonly (readonly [number, Death])[]): unknown {
  const isKept = deaths.every(([, { keepsStatus, recordsKept }]) => keepsStatus || recordsKept > 1);
  const { phase, reason, conditions = [] } = state.status;
  return {
    finished: state.finished,
    phase,
    reason,
    conditions: conditions.map(({ type, status, reason: why }) => [type, status, why]),
    containers: allStatuses(state.status).map(({ name, state: now, lastState, ready, started, restartCount, image, imageID }) => {
      return { name, state: bare(now), ...(isKept && { lastState: bare(lastState) }), ready, started, restartCount, image, imageID };
    }),
  } satisfies Partial<Record<keyof PodStatus | 'finished' | 'containers', unknown>>;
}

function bare(state: ContainerState | undefined): unknown {
  const { waiting, running, terminated } = state ?? {};
  return { waiting: waiting?.reason, isRunning: running !== undefined, exit: terminated && [terminated.exitCode, terminated.reason] };
}

function startsByName({ instances }: VirtualPod): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { name, startedAt } of instances) if (startedAt > 0) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function calmStory(): fc.Arbitrary<CalmStory> {
  return fc
    .record({
      restartPolicy: fc.constantFrom('Always' as const, 'OnFailure' as const, 'Never' as const),
      entries: fc.array(fc.tuple(fc.constantFrom('init' as const, 'sidecar' as const), parts(), failures(), ends()), { maxLength: 4 }),
      mains: fc.array(fc.tuple(parts(), failures(), ends()), { minLength: 1, maxLength: 3 }),
      latenciesMs: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 8 }),
    })
    .map(({ restartPolicy, entries, mains, latenciesMs }) => {
      const behaviour: Record<string, readonly Attempt[]> = {};
      const initContainers = entries.map(([kind, spec, failed, last], i) => {
        const name = `${kind}${i}`;
        behaviour[name] = kind === 'init' ? [...failed, { runMs: 500, ...last, exitCode: 0 }] : [{ ...last, ...forEver }];
        return { name, ...(kind === 'sidecar' ? { ...spec, restartPolicy: 'Always' } : {}) };
      });
      const containers = mains.map(([spec, failed, last], i) => {
        const name = `main${i}`;
        behaviour[name] = [...failed, finalAttempt(restartPolicy, last)];
        return { name, ...spec };
      });
      const pod = podOf({ restartPolicy, terminationGracePeriodSeconds: 5, initContainers, containers });
      return { pod, behaviour, latenciesMs };
    });
}

function finalAttempt(restartPolicy: string, last: Attempt): Attempt {
  if (restartPolicy === 'Always') return { ...last, ...forEver };
  return { runMs: 3000, ...last, ...(restartPolicy === 'OnFailure' && { exitCode: 0 }) };
}

const forEver = { runMs: 10 * horizonMs, exitCode: 0 };

function parts(): fc.Arbitrary<Partial<Container>> {
  const some = <T>(value: T): fc.Arbitrary<T | undefined> => fc.option(fc.constant(value), { nil: undefined, freq: 2 });
  return fc
    .record({
      startupProbe: some(probe()),
      readinessProbe: some(probe()),
      livenessProbe: some(probe()),
      postStart: some(exec),
      preStop: some(exec),
    })
    .map(({ postStart, preStop, ...probes }) => ({
      ...Object.fromEntries(Object.entries(probes).filter(([, value]) => value !== undefined)),
      ...((postStart ?? preStop) && { lifecycle: { ...(postStart && { postStart }), ...(preStop && { preStop }) } }),
    }));
}

function failures(): fc.Arbitrary<Attempt[]> {
  const failure = fc.oneof(
    fc.record({ runMs: fc.integer({ min: 0, max: 4000 }), exitCode: fc.constantFrom(1, 7) }),
    fc.constant<Attempt>({ startFails: true }),
  );
  return fc.array(failure, { maxLength: 3 });
}

function ends(): fc.Arbitrary<Attempt> {
  return fc.record(
    {
      runMs: fc.integer({ min: 0, max: 15_000 }),
      exitCode: fc.constantFrom(0, 0, 3),
      onStop: fc.oneof(
        fc.constant('ignore' as const),
        fc.record({ afterMs: fc.integer({ min: 0, max: 1500 }), exitCode: fc.constantFrom(0, 143) }),
      ),
      postStart: fc.record({ ms: fc.integer({ min: 0, max: 2000 }) }),
      preStop: fc.record({ ms: fc.integer({ min: 0, max: 1000 }) }),
    },
    { requiredKeys: [] },
  );
}
