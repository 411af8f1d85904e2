import { expect, test } from 'vitest';
import { parseIdRange } from '../../../src/runtimes/shared/subordinate-ids.ts';

test.each([
  ['ann:100000:65536\n', { start: 100_000, count: 65_536 }],
  ['bob:1:2\n1000:300000:10\n', { start: 300_000, count: 10 }],
  ['ann:100000:10\nann:200000:20\n1000:5:15', { start: 200_000, count: 20 }],
  ['ann:x:10\n# ann:1:1\nann:5\n', undefined],
  ['', undefined],
])('the range of ann (1000) in %j', (text, range) => {
  expect(parseIdRange(text, 'ann', 1000)).toEqual(range);
});
