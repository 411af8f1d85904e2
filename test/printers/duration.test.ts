import { expect, it } from 'vitest';
import { countdown, elapsed, humanDuration } from '../../src/printers/duration.ts';

const s = 1000;
const m = 60 * s;
const h = 60 * m;
const d = 24 * h;

it.each([
  [-2 * s, '<invalid>'],
  [-s, '0s'],
  [0, '0s'],
  [999, '0s'],
  [119 * s, '119s'],
  [120 * s, '2m'],
  [121 * s, '2m1s'],
  [10 * m - 1, '9m59s'],
  [10 * m + 59 * s, '10m'],
  [3 * h - 1, '179m'],
  [3 * h, '3h'],
  [3 * h + 5 * m, '3h5m'],
  [8 * h + 59 * m, '8h'],
  [48 * h - 1, '47h'],
  [48 * h, '2d'],
  [50 * h, '2d2h'],
  [8 * d + 5 * h, '8d'],
  [730 * d - 1, '729d'],
  [730 * d, '2y'],
  [731 * d, '2y1d'],
  [8 * 365 * d + 100 * d, '8y'],
])('humanDuration(%d) is %s', (ms, text) => expect(humanDuration(ms)).toBe(text));

it.each([
  [-5, '0.00s'],
  [4, '0.00s'],
  [350, '0.35s'],
  [9_994, '9.99s'],
  [9_996, '10.0s'],
  [59_949, '59.9s'],
  [59_950, '1m00s'],
  [185 * s, '3m05s'],
  [h - 1, '1h00m'],
  [2 * h + 7 * m, '2h07m'],
])('elapsed(%d) is %s', (ms, text) => expect(elapsed(ms)).toBe(text));

it.each([
  [-1, 'now'],
  [0, 'now'],
  [1, 'in 1s'],
  [1001, 'in 2s'],
  [59_001, 'in 1m00s'],
  [5 * m, 'in 5m00s'],
])('countdown(%d) is %s', (ms, text) => expect(countdown(ms)).toBe(text));
