import { expect, test } from 'vitest';
import { goDuration } from '../../src/pod/go-duration.ts';

test.each([
  [0, '0s'],
  [1, '1ms'],
  [999, '999ms'],
  [1000, '1s'],
  [1500, '1.5s'],
  [60_000, '1m0s'],
  [80_000, '1m20s'],
  [3_600_000, '1h0m0s'],
  [-2000, '-2s'],
])('%d ms is %s', (ms, expected) => {
  expect(goDuration(ms)).toBe(expected);
});
