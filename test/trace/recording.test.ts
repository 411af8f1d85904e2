import fc from 'fast-check';
import { expect, test } from 'vitest';
import { waitKey } from '../../src/trace/container-timeline.ts';
import type { ContainerStatus, Pod } from '../../src/pod/types.ts';
import { foldRecording } from '../../src/trace/recording.ts';
import { isPod } from '../../src/trace/run-model.ts';
import { story } from '../lifecycle/arbitrary-pod.ts';
import { recordStory } from './recorded-story.ts';

const epoch = Date.UTC(2026, 0, 1);

// A failure prints the seed and the path that replay it; OUTRIDER_SEED sets the seed, OUTRIDER_RUNS the number of stories.
const parameters = {
  numRuns: Number(process.env.OUTRIDER_RUNS ?? 1500),
  ...(process.env.OUTRIDER_SEED === undefined ? {} : { seed: Number(process.env.OUTRIDER_SEED) }),
};

test('until something fails, the causes that a recording gives are those that the core knew', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(story, (one) => {
      const { events, truth } = recordStory({ ...one, faults: [] }, 40_000);
      const trouble = events.find(({ object }) => (isPod(object) ? hasUnexpectedEnd(object) : troubles.includes(object.reason ?? '')));
      const end = trouble ? Date.parse(trouble.time) - epoch : Infinity;
      const [recorded] = foldRecording(events);
      for (const [index, { t, waits }] of truth.entries()) {
        if (t >= end || truth[index + 1]?.t === t) continue;
        for (const { name, spans } of recorded?.timeline.containers ?? []) {
          const span = spans.find(({ from, to = Infinity }) => from <= epoch + t && epoch + t < to);
          const known = waits.find(({ container }) => container === name);
          // The API does not tell the one from the other.
          const told = waitKey(known && { ...known, since: 0 }).replace('Volumes', 'Sandbox');
          expect(`${t} ${name}: ${waitKey(span?.wait)}`).toBe(`${t} ${name}: ${told}`);
        }
      }
    }),
    parameters,
  );
});

/** Of anything but an init container that completed: then the API shows less than the core knows, until the restart begins. */
function hasUnexpectedEnd({ spec, status: { initContainerStatuses = [], containerStatuses = [] } }: Pod): boolean {
  const sidecars = spec.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name) ?? [];
  const isExpected = ({ name, state }: ContainerStatus): boolean => !sidecars.includes(name) && state?.terminated?.exitCode === 0;
  const hasEnded = ({ state, restartCount }: ContainerStatus): boolean => state?.terminated !== undefined || restartCount > 0;
  return containerStatuses.some(hasEnded) || initContainerStatuses.some((status) => hasEnded(status) && !isExpected(status));
}

const troubles = ['Failed', 'FailedPostStartHook', 'Killing', 'BackOff', 'DeadlineExceeded', 'FailedMount'];
