import { expect, test } from 'vitest';
import { CallError, Code, isAway } from '../../../src/runtimes/cri/grpc/call-error.ts';

test.each([
  ['failed to exec: rpc error: code = Unknown desc = no such thing', 'failed to exec: no such thing'],
  ['two\nlines\t of it ', 'two lines of it'],
  ['No connection established. Last error: connect ENOENT /run/x.sock. Resolution note: ', 'connect ENOENT /run/x.sock'],
  ['No connection established. Last error: connect ECONNREFUSED /run/x.sock', 'connect ECONNREFUSED /run/x.sock'],
])('the message %j reads %j', (details, message) => {
  expect(new CallError(Code.Unknown, details).message).toBe(message);
});

test('an engine is away when it cannot be reached, and while it starts', () => {
  expect([
    isAway(new CallError(Code.Unavailable, 'Connection dropped')),
    isAway(new CallError(Code.Unknown, 'server is not initialized yet')),
    isAway(new CallError(Code.NotFound, 'not found')),
    isAway(new Error('server is not initialized yet')),
  ]).toEqual([true, true, false, false]);
});
