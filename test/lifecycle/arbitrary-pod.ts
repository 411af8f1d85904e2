import fc from 'fast-check';
import type { Container, Pod, Probe } from '../../src/pod/types.ts';
import { podOf } from './virtual-pod.ts';
import type { Attempt, Death } from './virtual-pod.ts';

/** A random Pod, how its containers behave, and what befalls it. */
export interface Story {
  readonly pod: Pod;
  readonly behaviour: Readonly<Record<string, readonly Attempt[]>>;
  readonly faults: readonly Fault[];
  readonly latenciesMs: readonly number[];
}

export type Fault =
  | { readonly kind: 'delete'; readonly t: number; readonly graceSeconds: number | undefined }
  | { readonly kind: 'lose-sandbox'; readonly t: number }
  | { readonly kind: 'new-image'; readonly t: number; readonly container: number }
  | ({ readonly kind: 'kill-supervisor'; readonly t: number } & Death)
  | { readonly kind: 'debug'; readonly t: number; readonly target: { readonly targetContainerName?: string } }
  | { readonly kind: 'evict'; readonly t: number };

export const death: fc.Arbitrary<Death> = fc.record({
  downMs: fc.integer({ min: 0, max: 5000 }),
  keepsStatus: fc.boolean(),
  recordsKept: fc.integer({ min: 1, max: 3 }),
});

export const story: fc.Arbitrary<Story> = fc
  .record({
    restartPolicy: fc.constantFrom('Always', 'OnFailure', 'Never'),
    terminationGracePeriodSeconds: fc.constantFrom(1, 3, 10),
    activeDeadlineSeconds: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined, freq: 5 }),
    entries: fc.array(fc.tuple(fc.constantFrom('init', 'sidecar'), containerParts(), attempts(false)), { maxLength: 4 }),
    mains: fc.array(fc.tuple(containerParts(), attempts(true)), { minLength: 1, maxLength: 3 }),
    faults: fc.array(fault(), { maxLength: 3 }),
    latenciesMs: fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 8 }),
  })
  .map(({ entries, mains, faults, latenciesMs, activeDeadlineSeconds, ...spec }) => {
    const behaviour: Record<string, readonly Attempt[]> = {};
    const initContainers = entries.map(([kind, parts, attempt], i) => {
      const name = `${kind}${i}`;
      behaviour[name] = kind === 'init' ? attempt.map((one) => ({ runMs: 700, ...one })) : attempt;
      return { name, ...(kind === 'init' ? initParts(parts) : { ...parts, restartPolicy: 'Always' }) };
    });
    const containers = mains.map(([parts, attempt], i) => {
      const name = `main${i}`;
      behaviour[name] = attempt;
      return { name, ...parts };
    });
    const deadline = activeDeadlineSeconds === undefined ? {} : { activeDeadlineSeconds };
    const pod = podOf({ ...spec, ...deadline, initContainers, containers });
    return { pod, behaviour, faults, latenciesMs };
  });

type Parts = Partial<Container>;

/** What only sidecars and regular containers may have is left out; rules make sense for all. */
function initParts({ restartPolicy, restartPolicyRules }: Parts): Parts {
  return restartPolicy === undefined || restartPolicy === 'Always'
    ? {}
    : { restartPolicy, ...(restartPolicyRules === undefined ? {} : { restartPolicyRules }) };
}

function containerParts(): fc.Arbitrary<Parts> {
  return fc
    .record({
      startupProbe: rarely(probe()),
      readinessProbe: rarely(probe()),
      livenessProbe: rarely(probe()),
      postStart: rarely(fc.constant<{ exec: { command: string[] } }>({ exec: { command: ['true'] } })),
      preStop: rarely(fc.constant<{ exec: { command: string[] } }>({ exec: { command: ['true'] } })),
      restartPolicy: rarely(fc.constantFrom('Always', 'OnFailure', 'Never'), 6),
      rule: rarely(fc.constantFrom('Restart', 'RestartAllContainers'), 4),
    })
    .map(({ postStart, preStop, restartPolicy, rule, ...probes }): Parts => {
      const lifecycle: NonNullable<Container['lifecycle']> = {
        ...(postStart === undefined ? {} : { postStart }),
        ...(preStop === undefined ? {} : { preStop }),
      };
      const restartPolicyRules = [{ action: rule ?? '', exitCodes: { operator: 'In', values: [7] } }];
      return {
        ...Object.fromEntries(Object.entries(probes).filter(([, value]) => value !== undefined)),
        ...(Object.keys(lifecycle).length === 0 ? {} : { lifecycle }),
        ...(restartPolicy === undefined ? {} : { restartPolicy, ...(rule === undefined ? {} : { restartPolicyRules }) }),
      };
    });
}

function probe(): fc.Arbitrary<Probe> {
  return fc.record({
    exec: fc.constant({ command: ['true'] }),
    initialDelaySeconds: fc.integer({ min: 0, max: 3 }),
    periodSeconds: fc.integer({ min: 1, max: 3 }),
    timeoutSeconds: fc.constant(1),
    successThreshold: fc.constant(1),
    failureThreshold: fc.integer({ min: 1, max: 3 }),
  });
}

function attempts(mayRunOn: boolean): fc.Arbitrary<Attempt[]> {
  const time = fc.integer({ min: 0, max: 6000 });
  const attempt = fc.record(
    {
      runMs: mayRunOn ? fc.oneof(time, fc.constant(1_000_000)) : time,
      exitCode: fc.constantFrom(0, 0, 0, 1, 7),
      onStop: fc.oneof(
        fc.constant('ignore' as const),
        fc.record({ afterMs: fc.integer({ min: 0, max: 4000 }), exitCode: fc.constantFrom(0, 3, 143) }),
      ),
      startFails: fc.constantFrom(false, false, false, true),
      createFails: fc.constantFrom(false, false, false, true),
      pullFails: fc.constantFrom(false, false, false, true),
      postStart: fc.record({ ms: fc.integer({ min: 0, max: 3000 }), ok: fc.boolean() }),
      preStop: fc.record({ ms: fc.integer({ min: 0, max: 5000 }), ok: fc.boolean() }),
      probes: fc.record({ startup: window(), readiness: window(), liveness: window() }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );
  return fc.array(attempt, { minLength: 1, maxLength: 3 });
}

function window(): fc.Arbitrary<{ from: number; until: number }> {
  return fc.record({ from: fc.integer({ min: 0, max: 3000 }), until: fc.integer({ min: 2000, max: 100_000 }) });
}

function fault(): fc.Arbitrary<Fault> {
  const t = fc.integer({ min: 0, max: 40_000 });
  return fc.oneof(
    fc.record({ kind: fc.constant('delete' as const), t, graceSeconds: fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined }) }),
    fc.record({ kind: fc.constant('lose-sandbox' as const), t }),
    fc.record({ kind: fc.constant('new-image' as const), t, container: fc.integer({ min: 0, max: 6 }) }),
    fc.tuple(t, death).map(([at, one]) => ({ kind: 'kill-supervisor' as const, t: at, ...one })),
    fc.record({ kind: fc.constant('debug' as const), t, target: fc.constantFrom({}, { targetContainerName: 'main0' }) }),
    fc.record({ kind: fc.constant('evict' as const), t }),
  );
}

function rarely<T>(arbitrary: fc.Arbitrary<T>, freq = 2): fc.Arbitrary<T | undefined> {
  return fc.option(arbitrary, { nil: undefined, freq: Math.max(1, Math.round(10 / freq)) });
}
