import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTimestamp, nanosecondClock, parseTimestamp } from '../../src/logs/timestamp.ts';

test.each([
  [0n, '1970-01-01T00:00:00.000000000Z'],
  [1_475_712_1029_669_794_202n / 10n, '2016-10-06T00:01:42.966979420Z'],
  [1n, '1970-01-01T00:00:00.000000001Z'],
])('%d is %s', (time, text) => {
  expect(formatTimestamp(time)).toBe(text);
});

test.each([
  ['2016-10-06T00:17:09.669794202Z', 1_475_713_029_669_794_202n],
  ['2016-10-06T00:17:09.66Z', 1_475_713_029_660_000_000n],
  ['2016-10-06T02:17:09+02:00', 1_475_713_029_000_000_000n],
  ['2016-10-06 00:17:09Z', undefined],
  ['2016-13-06T00:17:09Z', undefined],
  ['x', undefined],
])('%s reads as %s', (text, expected) => {
  expect(parseTimestamp(text)).toBe(expected);
});

test('reading what was written gives the same time, and text order is time order', () => {
  const time = fc.bigInt({ min: 0n, max: 4_000_000_000_000_000_000n });
  fc.assert(
    fc.property(time, time, (a, b) => {
      expect(parseTimestamp(formatTimestamp(a))).toBe(a);
      expect(formatTimestamp(a) < formatTimestamp(b)).toBe(a < b);
    }),
  );
});

test('the clock is the wall clock', () => {
  const clock = nanosecondClock();
  const before = Date.now();
  const times = Array.from({ length: 1000 }, clock);
  const after = Date.now();
  expect(Number(times[0]) / 1e6).toBeGreaterThan(before - 11);
  expect(Number(times.at(-1)) / 1e6).toBeLessThan(after + 11);
});
