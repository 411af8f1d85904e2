import { expect, test } from 'vitest';
import { afterCallsUnderWay, startedBefore } from '../../../src/runtimes/cri/calls-under-way.ts';

const reserved = new Error('failed to reserve container name "a_pod_0": name "a_pod_0" is reserved for "1234"');

/** Answers with one of these after the other, the last one again and again; errors are thrown. */
function answers<Answer>(...list: (Answer | Error)[]): () => Promise<Answer> {
  return () => {
    const answer = (list.length > 1 ? list.shift() : list[0]) as Answer | Error;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
}

test.each([
  ['nobody was faster', answers('made'), answers(false), 'made'],
  ['the other call fails in the end, and the name is free', answers<string>(reserved, reserved, 'made'), answers(false), 'made'],
  ['the other call makes it', answers<string>(reserved), answers(false, false, true), reserved.message],
  ['another error is told at once', answers<string>(new Error('no such image')), answers(true), 'no such image'],
])('a name that is reserved is waited for: %s', async (_, call, isMade, outcome) => {
  expect(await afterCallsUnderWay(call, isMade).catch((error: unknown) => (error as Error).message)).toBe(outcome);
});

const starting = new Error('container is already in starting state');

test.each([
  ['another call starts it', starting, answers<string | undefined>(undefined, undefined, 'running'), 'running'],
  ['another call has started it', new Error('container is in CONTAINER_RUNNING state'), answers<string | undefined>('running'), 'running'],
  ['it cannot be started', new Error('no such file or directory'), answers<string | undefined>(undefined), undefined],
])('a start that another call was faster with counts: %s', async (_, error, startedStatus, outcome) => {
  expect(await startedBefore(error, startedStatus)).toBe(outcome);
});
