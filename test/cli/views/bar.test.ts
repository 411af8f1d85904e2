import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { axisFor, bar, ruler } from '../../../src/cli/views/bar.ts';
import { ascii } from '../../../src/cli/views/style.ts';
import type { ContainerTimeline } from '../../../src/trace/container-timeline.ts';

const style = { colors: picocolors.createColors(false), glyphs: ascii };
/** One column a second. */
const axis = { origin: 0, scaleMs: 10_000, width: 10 };

function draw(spans: ContainerTimeline['spans'], now: number, marks: ContainerTimeline['marks'] = []): string {
  return bar({ name: 'c', role: 'main', restarts: 0, spans, marks }, axis, now, style);
}

describe('bar', () => {
  it('grows with the time', () => {
    const spans = [{ state: 'waiting', from: 0, to: 2000 }, { state: 'running', from: 2000, to: 3000 }, { state: 'ready', from: 3000 }] as const; // prettier-ignore
    expect([0, 1500, 2500, 6000, 10_000].map((now) => draw(spans, Math.max(now, 3000)))).toEqual([
      '..-=',
      '..-=',
      '..-=',
      '..-===',
      '..-=======',
    ]);
  });

  it('shows in each column the state that takes most of it', () => {
    expect(draw([{ state: 'waiting', from: 0, to: 1400 }, { state: 'ready', from: 1400, to: 2300 }, { state: 'terminating', from: 2300, to: 3000 }], 3000)).toBe('.=%'); // prettier-ignore
  });

  it('shows what has just begun', () => {
    expect(draw([{ state: 'waiting', from: 0 }], 0)).toBe('.');
  });

  it('leaves a gap where it had ended, and nothing behind its end', () => {
    expect(draw([{ state: 'running', from: 0, to: 2000 }, { state: 'backOff', from: 4000, to: 5000 }], 9000)).toBe('--  ~'); // prettier-ignore
  });

  it('marks the most telling thing of a column', () => {
    const spans = [{ state: 'running', from: 0 }] as const;
    const marks = [
      { kind: 'probe', time: 1100, probe: 'startup', result: 'failure' },
      { kind: 'probe', time: 1900, probe: 'startup', result: 'success' },
      { kind: 'probe', time: 3000, probe: 'startup', result: 'success' },
      { kind: 'exit', time: 5000, exitCode: 1, wasStopped: false },
      { kind: 'restart', time: 5500 },
      { kind: 'restart', time: 6000 },
      { kind: 'exit', time: 7000, exitCode: 143, wasStopped: true },
      { kind: 'exit', time: 7500, exitCode: 0, wasStopped: false },
      { kind: 'probe', time: 8000, probe: 'liveness', result: 'unknown' },
    ] as const;
    expect(draw(spans, 9000, marks)).toBe('-!-+-X@--');
  });

  it('takes times before and after the axis', () => {
    expect(draw([{ state: 'ready', from: -5000 }], 20_000)).toBe('==========');
  });
});

it.each([
  [0, 10_000],
  [10_000, 10_000],
  [10_001, 20_000],
  [61_000, 120_000],
  [3_599_999, 3_600_000],
  [86_400_001, 172_800_000],
])('after %d ms the axis is %d ms long', (elapsed, scaleMs) => {
  expect(axisFor(7, elapsed, 30)).toEqual({ origin: 7, scaleMs, width: 30 });
});

it.each([
  [10_000, 20, '0         5s     10s'],
  [7_200_000, 21, '0         1h       2h'],
  [120_000, 5, '0  2m'],
])('ruler of %d ms in %d columns', (scaleMs, width, text) => expect(ruler({ origin: 0, scaleMs, width })).toBe(text));
