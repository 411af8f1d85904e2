import { readdirSync } from 'node:fs';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { createTimeline } from '../../src/timeline/create-timeline.ts';
import { criticalPathText } from '../../src/timeline/critical-path-text.ts';
import { unicodeGlyphs } from '../../src/timeline/text-theme.ts';
import { foldRecording } from '../../src/trace/recording.ts';
import type { WatchEvent } from '../../src/trace/watch-event.ts';
import { kubeletEvents, scriptedEvents } from './recordings.ts';

const theme = { glyphs: unicodeGlyphs, colors: picocolors.createColors(false) };

function text(...runs: (readonly WatchEvent[])[]): string {
  return criticalPathText(createTimeline(runs.map((events, index) => ({ label: `run ${index}`, pods: foldRecording(events) }))), theme);
}

describe('the critical path', () => {
  it('goes from container to container until Ready', () => {
    expect(text(kubeletEvents('init-sequence'))).toMatchInlineSnapshot(`
      "init-sequence Ready @4.05s
      └─m @3.91s +0.14s  start 0.12s, run 0.01s
        └─i2 @1.89s +2.02s  start 0.12s, run 1.90s
          └─i1 @0.21s +1.68s  start 0.08s, run 1.60s
            └─sandbox @0.00s +0.21s
      "
    `);
    expect(text(kubeletEvents('interleaved'))).toMatchInlineSnapshot(`
      "interleaved Ready @6.42s
      └─m @6.27s +0.14s  start 0.11s, run 0.03s
        └─i3 @4.37s +1.91s  start 0.12s, run 1.79s
          └─s2 @4.25s +0.12s  start 0.11s, run 0.01s
            └─i2 @2.39s +1.85s  start 0.12s, run 1.74s
              └─s1 @2.24s +0.15s  start 0.12s, run 0.03s
                └─i1 @0.23s +2.02s  start 0.15s, run 1.87s
                  └─sandbox @0.00s +0.23s
      "
    `);
  });

  it('goes through failures, restarts and hooks', () => {
    expect(text(kubeletEvents('init-fails-once-onfailure'))).toMatchInlineSnapshot(`
      "init-fails-once-onfailure Ready @3.92s
      └─m @3.72s +0.20s  start 0.18s, run 0.02s
        └─i2 @1.58s +2.13s  start 0.12s, run 0.96s, restart 0.14s, run 0.92s
          └─i1 @0.47s +1.11s  start 0.16s, run 0.95s
            └─sandbox @0.00s +0.47s
      "
    `);
    expect(text(kubeletEvents('poststart-blocks-next'))).toMatchInlineSnapshot(`
      "poststart-blocks-next Ready @3.49s
      └─b @3.38s +0.11s  start 0.10s, run 0.02s
        └─a @0.22s +3.16s  start 0.12s, run 3.05s
          └─sandbox @0.00s +0.22s
      "
    `);
  });

  it('ends at what never came about', () => {
    expect(text(kubeletEvents('image-never-missing'))).toMatchInlineSnapshot(`
      "image-never-missing Failed @8.26s
      └─m @0.14s +8.11s  start 0.07s, image back-off 7.79s, end of the Pod 0.25s
        └─sandbox @0.00s +0.14s
      "
    `);
    expect(text(kubeletEvents('main-fails-never'))).toMatchInlineSnapshot(`
      "main-fails-never Ready @0.36s
      └─m @0.17s +0.18s  start 0.16s, run 0.02s
        └─sandbox @0.00s +0.17s
      "
    `);
    expect(text(kubeletEvents('init-fails-never'))).toMatchInlineSnapshot(`
      "init-fails-never Failed @4.22s
      └─i2 @2.02s +2.21s  start 0.11s, run 0.92s, end of the Pod 1.17s
        └─i1 @0.80s +1.22s  start 0.29s, run 0.93s
          └─sandbox @0.00s +0.80s
      "
    `);
  });

  it('is told for each Pod of each run', () => {
    expect(text(scriptedEvents(), scriptedEvents())).toMatchInlineSnapshot(`
      "A run 0: db not Ready by @2.13s
      └─postgres @0.12s +2.01s  run 1.01s, readiness probe 1.00s
        └─sandbox @0.00s +0.12s

      B run 1: db not Ready by @2.13s
      └─postgres @0.12s +2.01s  run 1.01s, readiness probe 1.00s
        └─sandbox @0.00s +0.12s

      A run 0: web Failed @13.0s
      └─log-shipper @7.55s +5.45s  run 1.45s, end of the Pod 4.00s
        └─app @7.50s +0.05s  start 0.05s
          └─migrate @6.26s +1.24s  start 0.04s, run 0.60s, restart 0.05s, run 0.55s
            └─envoy-proxy @2.21s +4.05s  start 0.05s, run 1.00s, startup probe 3.00s
              └─wait-for-db @0.15s +2.06s  run 2.06s
                └─sandbox @0.00s +0.15s

      B run 1: web Failed @13.0s
      └─log-shipper @7.55s +5.45s  run 1.45s, end of the Pod 4.00s
        └─app @7.50s +0.05s  start 0.05s
          └─migrate @6.26s +1.24s  start 0.04s, run 0.60s, restart 0.05s, run 0.55s
            └─envoy-proxy @2.21s +4.05s  start 0.05s, run 1.00s, startup probe 3.00s
              └─wait-for-db @0.15s +2.06s  run 2.06s
                └─sandbox @0.00s +0.15s
      "
    `);
  });

  const cases = readdirSync(new URL('../../../shared/conformance/expected', import.meta.url)).map((file) => file.replace('.json', ''));

  it.each(cases)('has no gap in %s, and its parts are those of the containers', (name) => {
    const timeline = createTimeline([{ label: name, pods: foldRecording(kubeletEvents(name)) }]);
    for (const { criticalPath, containers, createdMs } of timeline.pods) {
      const ends = criticalPath.links.map(({ toMs }) => toMs);
      expect(criticalPath.links.map(({ fromMs }) => fromMs)).toEqual([createdMs, ...ends.slice(0, -1)]);
      expect(ends.at(-1)).toBe(criticalPath.atMs);
      const own = criticalPath.links
        .filter(({ container }) => container === undefined)
        .reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
      expect(containers.reduce((sum, { criticalMs }) => sum + criticalMs, own)).toBe(criticalPath.atMs - createdMs);
      expect(own).toBeLessThan(1500);
    }
  });
});
