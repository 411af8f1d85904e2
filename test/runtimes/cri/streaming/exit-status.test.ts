import { expect, test } from 'vitest';
import { exitCodeOf } from '../../../../src/runtimes/cri/streaming/exit-status.ts';

const status = (value: object): string => JSON.stringify({ metadata: {}, ...value });

test('the exit code is in the cause of a failure', () => {
  expect(exitCodeOf(status({ status: 'Success' }))).toBe(0);
  const details = { causes: [{ reason: 'ExitCode', message: '42' }] };
  expect(exitCodeOf(status({ status: 'Failure', reason: 'NonZeroExitCode', message: 'command terminated', details }))).toBe(42);
});

test.each([
  [
    status({ status: 'Failure', reason: 'InternalError', message: 'failed: rpc error: code = Unknown desc = no\nsuch program' }),
    'failed: no such program',
  ],
  ['plain words of an old engine', 'plain words of an old engine'],
])('anything else is a failure to run it', (text, message) => {
  expect(() => exitCodeOf(text)).toThrow(message);
});
