import { stripVTControlCharacters } from 'node:util';
import { Script } from 'node:vm';
import fc from 'fast-check';
import picocolors from 'picocolors';
import stringWidth from 'string-width';
import { describe, expect, it, test } from 'vitest';
import { createTimeline } from '../../src/timeline/create-timeline.ts';
import { timelineHtml } from '../../src/timeline/html.ts';
import { timelineMermaid } from '../../src/timeline/mermaid.ts';
import type { Timeline } from '../../src/timeline/model.ts';
import { timelineSvg } from '../../src/timeline/svg.ts';
import { asciiGlyphs, unicodeGlyphs } from '../../src/timeline/text-theme.ts';
import { timelineText } from '../../src/timeline/text.ts';
import { conform } from '../../src/pod/conform.ts';
import { foldRecording } from '../../src/trace/recording.ts';
import { timedEvents } from '../../src/trace/timed-events.ts';
import type { WatchEvent } from '../../src/trace/watch-event.ts';
import { debuggedPod } from '../cli/views/scripted-run.ts';
import { story } from '../lifecycle/arbitrary-pod.ts';
import { recordStory } from '../trace/recorded-story.ts';
import { kubeletEvents, scriptedEvents } from './recordings.ts';
import { parseXml } from './well-formed.ts';

const plain = picocolors.createColors(false);
const colours = picocolors.createColors(true);

function timelineOf(...runs: (readonly [label: string, events: readonly WatchEvent[]])[]): Timeline {
  return createTimeline(runs.map(([label, events]) => ({ label, pods: foldRecording(events) })));
}

describe('pictures of known runs', () => {
  const scripted = timelineOf(['run', scriptedEvents()]);
  const over = timelineOf(['kubelet', kubeletEvents('interleaved')], ['again', kubeletEvents('interleaved')]);
  const restarts = timelineOf(['kubelet', kubeletEvents('init-fails-beside-sidecar-onfailure')]);

  const debugged = timelineOf(['run', scriptedEvents(debuggedPod())]);

  it.each([
    ['debugged-100', debugged, 100, unicodeGlyphs],
    ['debugged-40', debugged, 40, unicodeGlyphs],
    ['scripted-120', scripted, 120, unicodeGlyphs],
    ['scripted-60', scripted, 60, unicodeGlyphs],
    ['scripted-ascii-80', scripted, 80, asciiGlyphs],
    ['over-100', over, 100, unicodeGlyphs],
    ['restarts-100', restarts, 100, unicodeGlyphs],
  ])('as text: %s', async (name, timeline, width, glyphs) => {
    await expect(timelineText(timeline, { width, glyphs, colors: plain })).toMatchFileSnapshot(`golden/${name}.txt`);
  });

  it.each([
    ['scripted', scripted],
    ['over', over],
    ['restarts', restarts],
    ['debugged', debugged],
  ])('as SVG and Mermaid: %s', async (name, timeline) => {
    await expect(timelineSvg(timeline)).toMatchFileSnapshot(`golden/${name}.svg`);
    await expect(timelineMermaid(timeline)).toMatchFileSnapshot(`golden/${name}.mmd`);
  });

  it('paints colours, and underlines the critical path, without changing the text', () => {
    const text = timelineText(scripted, { width: 120, glyphs: unicodeGlyphs, colors: colours });
    expect(text).toContain('\u001B[4m');
    expect(stripVTControlCharacters(text)).toBe(timelineText(scripted, { width: 120, glyphs: unicodeGlyphs, colors: plain }));
  });
});

const parameters = {
  numRuns: Number(process.env.OUTRIDER_RUNS ?? 200),
  ...(process.env.OUTRIDER_SEED === undefined ? {} : { seed: Number(process.env.OUTRIDER_SEED) }),
};

test('whatever happened to a Pod, its picture is well-formed and everything in it is within bounds', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(fc.array(story, { minLength: 1, maxLength: 2 }), fc.integer({ min: 20, max: 200 }), (stories, width) => {
      const recordings = stories.map((one, index) => [`run ${index}`, recordStory(one, 40_000).events] as const);
      check(timelineOf(...recordings), width);
    }),
    parameters,
  );
});

test('whatever a stream of watch events says, in whatever order, it can be drawn', { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(fc.array(watchEvent(), { minLength: 1, maxLength: 25 }), fc.integer({ min: 20, max: 200 }), (events, width) => {
      check(timelineOf(['a <run> & "more"', timedEvents(events)]), width);
    }),
    parameters,
  );
});

function check(timeline: Timeline, width: number): void {
  const { endMs, pods } = timeline;
  for (const { createdMs, containers, phases, criticalPath } of pods) {
    let at = createdMs;
    for (const link of criticalPath.links) {
      expect([link.fromMs, link.toMs >= link.fromMs]).toEqual([at, true]);
      at = link.toMs;
    }
    if (criticalPath.links.length > 0) expect(at).toBe(criticalPath.atMs);
    for (const items of [phases, ...containers.map(({ segments }) => segments)]) {
      for (const [index, { fromMs, toMs }] of items.entries()) {
        expect(fromMs).toBeGreaterThanOrEqual(items[index - 1]?.toMs ?? 0);
        expect(toMs).toBeGreaterThanOrEqual(fromMs);
        expect(toMs).toBeLessThanOrEqual(endMs);
      }
    }
    for (const { atMs } of containers.flatMap(({ marks }) => marks)) expect(atMs >= 0 && atMs <= endMs).toBe(true);
  }
  for (const svg of [timelineSvg(timeline), timelineSvg(timeline, { isInteractive: true })]) checkSvg(svg, pods.length > 0);
  for (const glyphs of [unicodeGlyphs, asciiGlyphs]) {
    const text = timelineText(timeline, { width, glyphs, colors: plain });
    expect(text.split('\n').filter((line) => stringWidth(line) > Math.max(width, 40))).toEqual([]);
  }
  expect(
    timelineMermaid(timeline)
      .split('\n')
      .filter((line) => !mermaidLine.test(line)),
  ).toEqual([]);
  const html = timelineHtml(timeline);
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).not.toMatch(/\b(?:src|href)="(?!#)/);
}

const mermaidLine = /^$|^gantt$|^ {4}(?:(?:title|section) [^:;#]+|dateFormat x|axisFormat [%\w:.]+|[^:;#]+ :(?:[a-z]+, )*t\d+, \d+, \d+)$/;

function checkSvg(svg: string, hasPlot: boolean): void {
  const elements = parseXml(svg);
  const [root] = elements;
  const [, , width = NaN, height = NaN] = (root?.attributes.viewBox ?? '').split(' ').map(Number);
  const plot = elements.find(({ attributes }) => attributes.class === 'plot');
  if (hasPlot) expect(Number(plot?.attributes.width)).toBeGreaterThan(300);
  for (const { name, attributes } of elements.slice(1)) {
    const numbers = ['x', 'y', 'x1', 'x2', 'y1', 'y2', 'width', 'height']
      .map((key) => attributes[key])
      .filter((value) => value !== undefined);
    if (numbers.some((value) => !/^-?[\d.]+%?$/.test(value))) throw new Error(`${name}: ${JSON.stringify(attributes)}`);
    if (name !== 'rect' || attributes.x === undefined) continue;
    const [x, y, w, h] = [attributes.x, attributes.y, attributes.width, attributes.height].map(Number) as [number, number, number, number];
    // Bars are in the plot; only the card, the legend and marks in their definitions are not.
    const isInside = x >= -5 && y >= -5 && w >= 0 && h >= 0 && x + w <= width + 0.1 && y + h <= height + 0.1;
    if (!isInside) throw new Error(`out of bounds: ${JSON.stringify(attributes)}`);
  }
}

/** A watch event of one of two Pods or an Event about it, with and without a time, as hostile as the types allow. */
function watchEvent() {
  const text = fc.constantFrom(
    'app',
    'x',
    'a<b>&"\'',
    '\u001B[2J\u0007',
    '\uD800',
    '日本語のコンテナ',
    'z'.repeat(300),
    ']]>',
    '</script>',
    '%%{',
    '#;:',
  );
  const seconds = fc.integer({ min: 0, max: 5000 });
  const time = seconds.map((s) => new Date(Date.UTC(2026, 0, 1) + s * 500).toISOString());
  const terminated = fc.record({ exitCode: fc.integer({ min: 0, max: 255 }), reason: text, startedAt: time, finishedAt: time });
  const state = fc.oneof(
    fc.record({
      waiting: fc.record({ reason: fc.constantFrom('PodInitializing', 'CrashLoopBackOff', 'ImagePullBackOff', 'Odd'), message: text }),
    }),
    fc.record({ running: fc.record({ startedAt: time }) }),
    fc.record({ terminated }),
    fc.constant({}),
  );
  const status = fc.record(
    {
      name: text,
      state,
      lastState: fc.record({ terminated }),
      ready: fc.boolean(),
      started: fc.boolean(),
      restartCount: fc.integer({ min: 0, max: 9 }),
    },
    { requiredKeys: ['name', 'state', 'ready', 'restartCount'] },
  );
  const statuses = fc.array(status, { maxLength: 3 });
  const container = fc.record({
    name: text,
    restartPolicy: fc.constantFrom('Always', undefined),
    startupProbe: fc.constantFrom({}, undefined),
  });
  const condition = fc.record({
    type: fc.constantFrom('Ready', 'Initialized', '<odd>'),
    status: fc.constantFrom('True', 'False'),
    lastTransitionTime: time,
  });
  const pod = fc
    .record({
      metadata: fc.record(
        { name: fc.constantFrom('p', 'q'), uid: fc.constantFrom('1', '2'), creationTimestamp: time, deletionTimestamp: time },
        { requiredKeys: ['name'] },
      ),
      spec: fc.record({ initContainers: fc.array(container, { maxLength: 3 }), containers: fc.array(container, { maxLength: 3 }) }),
      status: fc.record({
        phase: fc.constantFrom('Pending', 'Running', 'Succeeded', 'Failed', '<Odd>'),
        conditions: fc.array(condition, { maxLength: 3 }),
        initContainerStatuses: statuses,
        containerStatuses: statuses,
      }),
    })
    .map((value) => conform('Pod', { kind: 'Pod', ...value }));
  const event = fc
    .record({
      reason: fc.constantFrom('Pulling', 'Pulled', 'Started', 'Killing', 'Unhealthy', 'FailedMount', 'FailedPostStartHook'),
      message: fc.oneof(text, fc.constantFrom('Startup probe failed: <x>', 'Stopping container app')),
      fieldPath: text.map((name) => `spec.containers{${name}}`),
      name: fc.constantFrom('p', 'q'),
      lastTimestamp: time,
    })
    .map(({ name, fieldPath, ...value }) =>
      conform('Event', { kind: 'Event', ...value, involvedObject: { namespace: '', name, fieldPath } }),
    );
  return fc.record(
    { type: fc.constantFrom('ADDED' as const, 'MODIFIED' as const, 'DELETED' as const), time, object: fc.oneof(pod, pod, event) },
    { requiredKeys: ['type', 'object'] },
  );
}

describe('the page', () => {
  it('has a script that is one, in a page that loads nothing', () => {
    const html = timelineHtml(timelineOf(['run', scriptedEvents()]));
    const script = /<script>([^]*)<\/script>/.exec(html)?.[1] ?? '';
    expect(() => new Script(script)).not.toThrow();
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|@import|url\((?!#)/);
  });
});
