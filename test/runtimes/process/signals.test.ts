import { expect, test } from 'vitest';
import { signalNumber } from '../../../src/runtimes/process/signals.ts';

test.each([
  ['SIGTERM', 15],
  ['TERM', 15],
  ['sigusr1', 10],
  ['9', 9],
  ['64', 64],
  ['SIGRTMIN', 34],
  ['RTMIN+3', 37],
  ['SIGRTMAX-1', 63],
  ['SIGRTMAX+1', undefined],
  ['0', undefined],
  ['65', undefined],
  ['SIGNOPE', undefined],
  ['toString', undefined],
  ['', undefined],
])('the number of signal %j', (name, number) => {
  expect(signalNumber(name)).toBe(number);
});
