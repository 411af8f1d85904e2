import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startPlan } from '../../src/explain/start-plan.ts';
import type { Container } from '../../src/pod/types.ts';
import { podOf } from '../lifecycle/virtual-pod.ts';
import { exec, probe, sidecar } from '../lifecycle/stories.ts';
import type { Spec } from './simulated.ts';
import { readyAt, simulated, starts } from './simulated.ts';

const delayed = fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined });

/** Delays and hooks; attempts pass at once. */
const lived = fc
  .record({ startup: delayed, readiness: delayed, hook: delayed })
  .map(({ startup, readiness, hook }): Partial<Container> => ({
    ...(startup !== undefined && { startupProbe: probe({ initialDelaySeconds: startup }) }),
    ...(readiness !== undefined && { readinessProbe: probe({ initialDelaySeconds: readiness }) }),
    ...(hook !== undefined && { lifecycle: { postStart: { sleep: { seconds: hook } } } }),
  }));

const specs = fc
  .record({
    entries: fc.array(fc.oneof(fc.constant({ init: true }), lived), { maxLength: 4 }),
    main: fc.array(lived, { minLength: 1, maxLength: 3 }),
  })
  .map(({ entries, main }): Spec => ({
    initContainers: entries.map((entry, i) => ('init' in entry ? { name: `e${i}` } : sidecar(`e${i}`, entry))),
    containers: main.map((container, i) => ({ name: `m${i}`, ...container })),
  }));

describe('startPlan', () => {
  it('names the moments at which the core starts the containers and the Pod is Ready, if nothing but delays takes time', () => {
    fc.assert(
      fc.property(specs, (spec) => {
        const pod = podOf(spec);
        const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
        const behaviour = Object.fromEntries(
          all.map(({ name, restartPolicy, lifecycle }) => [
            name,
            [
              {
                ...(name.startsWith('e') && restartPolicy === undefined && { runMs: 0 }),
                postStart: { ms: (lifecycle?.postStart?.sleep?.seconds ?? 0) * 1000 },
              },
            ],
          ]),
        );
        const run = simulated(pod, behaviour).run(300_000);
        const { steps, earliestReadySeconds } = startPlan(pod);
        for (const { container, earliestSeconds } of steps) expect(starts(run, container)[0], container).toBeCloseTo(earliestSeconds, 1);
        expect(readyAt(run)).toBeCloseTo(earliestReadySeconds, 1);
      }),
      { numRuns: 80 },
    );
  });

  const gates: [string, Spec, object | undefined][] = [
    ['an init container', { initContainers: [{ name: 'a' }] }, { kind: 'InitCompletion', of: 'a' }],
    ['a sidecar', { initContainers: [sidecar('a', { readinessProbe: probe() })] }, { kind: 'SidecarRunning', of: 'a' }],
    [
      'a sidecar with a startup probe',
      { initContainers: [sidecar('a', { startupProbe: probe(), lifecycle: { postStart: exec } })] },
      { kind: 'StartupProbe', of: 'a' },
    ],
    [
      'a sidecar with a postStart hook',
      { initContainers: [sidecar('a', { lifecycle: { postStart: exec } })] },
      { kind: 'PostStart', of: 'a' },
    ],
    ['a main container', { containers: [{ name: 'a', startupProbe: probe() }, { name: 'main' }] }, { kind: 'StartOrder', of: 'a' }],
    [
      'a main container with a postStart hook',
      { containers: [{ name: 'a', lifecycle: { postStart: exec } }, { name: 'main' }] },
      { kind: 'PostStart', of: 'a' },
    ],
    ['nothing', {}, undefined],
  ];
  it.each(gates)('says what is waited for behind %s', (_, spec, gate) => {
    expect(startPlan(podOf(spec)).steps.at(-1)?.after).toEqual(gate);
  });
});
