import { expect, test } from 'vitest';
import { parseScenario } from '../../src/simulator/scenario.ts';

const first = (from: number): number => from;

test('a scenario says how attempts run and what befalls the Pod', () => {
  const scenario = parseScenario(
    {
      seed: 7,
      until: '1m30s',
      latency: { start: '5ms' },
      containers: {
        app: [
          { run: '2s-4s', exit: 1 },
          { run: 'forever', readiness: { from: '2s', until: 8 }, stop: { after: '3s', exit: 0 } },
        ],
        proxy: { stop: 'ignore', startup: false, postStart: { takes: '1s', fails: true } },
        job: { oomKilled: true, run: 3 },
        web: { pull: '2s', pullFails: 'no route' },
      },
      events: [
        { at: '10s', delete: { gracePeriod: 5 } },
        { at: 5, reboot: true },
        { at: 6, crash: { container: 'app' } },
      ],
      pods: { db: { events: [{ at: 1, delete: true }] } },
    },
    first,
  );
  expect(scenario).toEqual({
    seed: 7,
    untilMs: 90_000,
    latencies: { startMs: 5 },
    story: {
      containers: {
        app: [
          { runMs: 2000, exitCode: 1 },
          {
            runMs: undefined,
            probes: { readiness: [{ fromMs: 2000, untilMs: 8000 }] },
            onStop: [{ fromMs: 0, stop: { afterMs: 3000, exitCode: 0 } }],
          },
        ],
        proxy: [{ onStop: [{ fromMs: 0, stop: 'ignore' }], probes: { startup: [] }, postStart: { takesMs: 1000, ok: false } }],
        job: [{ runMs: 3000, exitCode: 137, reason: 'OOMKilled' }],
        web: [{ pullMs: 2000, fails: { at: 'pull', message: 'no route' } }],
      },
      faults: [
        { atMs: 10_000, kind: 'delete', graceSeconds: 5 },
        { atMs: 5000, kind: 'reboot' },
        { atMs: 6000, kind: 'crash', container: 'app', exitCode: 1 },
      ],
    },
    pods: { db: { containers: {}, faults: [{ atMs: 1000, kind: 'delete', graceSeconds: undefined }] } },
  });
});

test.each<[string, unknown, RegExp]>([
  ['an unknown field', { contaners: {} }, /contaners/],
  ['an unknown field of an attempt', { containers: { app: [{ runs: '5s' }] } }, /containers\.app\.0\.runs/],
  ['no duration', { until: 'soon' }, /until: expected a duration like 5s/],
  ['an exit code that is none', { containers: { app: { exit: 256 } } }, /containers\.app\.0\.exit/],
  ['an event without a time', { events: [{ reboot: true }] }, /events\.0: expected \{at, and one of/],
  ['an event of two kinds', { events: [{ at: 1, reboot: true, evict: 'x' }] }, /events\.0/],
  ['a list', [], /expected a mapping/],
])('%s is refused with its place', (_, value, message) => {
  expect(() => parseScenario(value, first)).toThrow(message);
});
