import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { restartSchedule } from '../../src/explain/restart-schedule.ts';
import { podOf } from '../lifecycle/virtual-pod.ts';
import { exec } from '../lifecycle/stories.ts';
import { simulated, starts } from './simulated.ts';

describe('restartSchedule', () => {
  it('is the documented sequence for a container that fails at once', () => {
    expect(restartSchedule({ count: 9 })).toEqual([
      { atSeconds: 0, waitedSeconds: 0 },
      { atSeconds: 10, waitedSeconds: 10 },
      { atSeconds: 30, waitedSeconds: 20 },
      { atSeconds: 70, waitedSeconds: 40 },
      { atSeconds: 150, waitedSeconds: 80 },
      { atSeconds: 310, waitedSeconds: 160 },
      { atSeconds: 610, waitedSeconds: 300 },
      { atSeconds: 910, waitedSeconds: 300 },
      { atSeconds: 1210, waitedSeconds: 300 },
    ]);
  });

  it('is what the core does with containers that end by themselves', () => {
    const runs = fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 550, max: 700 })), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(runs, (runSeconds) => {
        const main = runSeconds.map((seconds) => ({ runMs: seconds * 1000, exitCode: 1 }));
        const run = simulated(podOf({}), { main }).run(20_000_000);
        const found = starts(run, 'main').slice(1, runSeconds.length + 1);
        expect(restartSchedule({ count: found.length, runSeconds }).map(({ atSeconds }) => atSeconds)).toEqual(found);
      }),
      { numRuns: 80 },
    );
  });

  it('is what the core does with containers that are killed for a probe', () => {
    const probes = fc.record({ initialDelaySeconds: fc.integer({ min: 0, max: 30 }), periodSeconds: fc.integer({ min: 1, max: 60 }) });
    fc.assert(
      fc.property(probes, fc.integer({ min: 1, max: 5 }), (times, failureThreshold) => {
        const startupProbe = { ...exec, ...times, failureThreshold, timeoutSeconds: 1, successThreshold: 1 };
        const run = simulated(podOf({ containers: [{ name: 'main', startupProbe }] }), {
          main: [{ probes: { startup: { from: Infinity } } }],
        });
        run.run(4_000_000);
        const [first = 0, ...restarts] = starts(run, 'main');
        const all = [first, ...restarts];
        const lived = run.instances.map((instance, i) => (killedAt(run, instance.id) ?? 0) - (all[i] ?? 0)).slice(0, restarts.length);
        const expected = restartSchedule({ count: restarts.length, runSeconds: lived, killed: true });
        expect(expected.map(({ atSeconds }) => atSeconds + first)).toEqual(restarts);
      }),
      { numRuns: 60 },
    );
  });
});

function killedAt(run: ReturnType<typeof simulated>, id: string): number | undefined {
  const told = run.actions.find(({ action }) => action.type === 'StopContainer' && action.containerID === id);
  return told === undefined ? undefined : told.t / 1000;
}
