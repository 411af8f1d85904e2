import picocolors from 'picocolors';
import { expect, it } from 'vitest';
import { jsonView } from '../../../src/cli/views/json-view.ts';
import type { RunView } from '../../../src/cli/views/run-view.ts';
import { unicode } from '../../../src/cli/views/style.ts';
import { summary } from '../../../src/cli/views/summary.ts';
import { RunModel } from '../../../src/trace/run-model.ts';
import { FakeOutput, VirtualClock, debuggedPod, play, webAndDatabase } from './scripted-run.ts';

const style = { colors: picocolors.createColors(false), glyphs: unicode };

it.each([
  ['', webAndDatabase(), 150],
  ['', webAndDatabase(), 80],
  ['', webAndDatabase(), 40],
  ['debugged-', debuggedPod(), 80],
])('fits %s%#', async (name, scene, width) => {
  const clock = new VirtualClock();
  const startedAt = clock.now();
  const model = new RunModel();
  const view: RunView = {
    ...jsonView({ stdout: new FakeOutput(), stderr: new FakeOutput() }),
    watch: (event) => model.watch(event),
    waits: (pod, waits) => model.waits(pod, waits, clock.now()),
  };
  play(view, scene, clock);
  const lines = summary(model, { startedAt, now: clock.now(), style, width });
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/summary-${name}${width}.txt`);
});

it('is empty when nothing ran', () => {
  expect(summary(new RunModel(), { startedAt: 0, now: 0, style })).toEqual([]);
});
