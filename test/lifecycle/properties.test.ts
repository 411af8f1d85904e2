import fc from 'fast-check';
import { expect, test } from 'vitest';
import { story } from './arbitrary-pod.ts';
import { runStory } from './invariants.ts';

// A failure prints the seed and the path that replay it; OUTRIDER_SEED sets the seed, OUTRIDER_RUNS the number of stories.
const parameters = {
  numRuns: Number(process.env.OUTRIDER_RUNS ?? 20_000),
  ...(process.env.OUTRIDER_SEED === undefined ? {} : { seed: Number(process.env.OUTRIDER_SEED) }),
};

test('every Pod keeps the promises of the lifecycle, whatever its containers do and whatever befalls it', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(story, (one) => {
      const pod = runStory(one, 60_000);
      const deletions = one.faults.filter((fault) => fault.kind === 'delete').map(({ t }) => t);
      const deletedAt = Math.min(...deletions);
      const { terminationGracePeriodSeconds: graceSeconds } = one.pod.spec;
      const latestEnd = deletedAt + Math.max(graceSeconds, 12) * 1000 + 2000 + 10 * 300;
      if (latestEnd < 60_000) expect(pod.state.finished, `not gone at ${latestEnd}`).toBe(true);
    }),
    parameters,
  );
});

test('the same story gives the same run', () => {
  fc.assert(
    fc.property(story, (one) => {
      const [a, b] = [runStory(one, 30_000), runStory(one, 30_000)];
      expect(b.statuses).toEqual(a.statuses);
      expect(b.actions).toEqual(a.actions);
      expect(b.events).toEqual(a.events);
    }),
    { ...parameters, numRuns: 300 },
  );
});
