import { describe, expect, test } from 'vitest';
import type { HandlerTarget, HookOutcome, ProbeOutcome } from '../../src/engine/handler-runner.ts';
import type { ExecResult } from '../../src/engine/runtime-service.ts';
import { createHandlerRunner } from '../../src/handlers/handler-runner.ts';
import { VirtualClock } from '../fixtures/clocks.ts';
import { makeContainer, makePod } from '../fixtures/pod.ts';

const command = ['sh', '-c', 'echo $(A) "$(B)"'];

function setUp(result: ExecResult) {
  const calls: { command: readonly string[]; timeoutMs: number | undefined }[] = [];
  const target: HandlerTarget = {
    pod: makePod(),
    container: makeContainer({ env: [{ name: 'A', value: '1' }] }),
    podIP: '127.0.0.1',
    exec: (command, timeoutMs) => {
      calls.push({ command, timeoutMs });
      return Promise.resolve(result);
    },
  };
  const clock = new VirtualClock();
  return { calls, target, clock, runner: createHandlerRunner(clock) };
}

const probeOf = (timeoutSeconds: number) => ({
  exec: { command },
  timeoutSeconds,
  periodSeconds: 1,
  successThreshold: 1,
  failureThreshold: 1,
});

describe('exec probe', () => {
  test.each<[ExecResult, ProbeOutcome]>([
    [
      { kind: 'exited', exitCode: 0, output: 'fine\n' },
      { result: 'success', output: 'fine\n' },
    ],
    [
      { kind: 'exited', exitCode: 3, output: 'bad\n' },
      { result: 'failure', output: 'bad\n' },
    ],
    [
      { kind: 'exited', exitCode: 1, output: 'é'.repeat(6000) },
      { result: 'failure', output: 'é'.repeat(5120) },
    ],
    [
      { kind: 'timeout', output: 'partly' },
      { result: 'failure', output: 'command timed out: "sh -c echo 1 \\"$(B)\\"" timed out after 1m30s' },
    ],
  ])('%j', async (result, expected) => {
    const { runner, target, calls } = setUp(result);
    expect(await runner.probe(target, probeOf(90))).toEqual(expected);
    expect(calls).toEqual([{ command: ['sh', '-c', 'echo 1 "$(B)"'], timeoutMs: 90_000 }]);
  });

  test('one that cannot be run is tried three times', async () => {
    const { runner, target, calls } = setUp({ kind: 'error', message: 'container is in CONTAINER_EXITED state' });
    expect(await runner.probe(target, probeOf(1))).toEqual({ result: 'unknown', output: 'container is in CONTAINER_EXITED state' });
    expect(calls).toHaveLength(3);
  });
});

describe('exec hook', () => {
  const failed = 'Exec lifecycle hook ([sh -c echo $(A) "$(B)"]) for Container "app" in Pod "web_default(uid-1)" failed - error: ';

  test.each<[ExecResult, HookOutcome]>([
    [
      { kind: 'exited', exitCode: 0, output: 'x' },
      { ok: true, message: '' },
    ],
    [
      { kind: 'exited', exitCode: 3, output: 'a "b"\n' },
      { ok: false, message: `${failed}command 'sh -c echo $(A) "$(B)"' exited with 3: , message: "a \\"b\\"\\n"` },
    ],
    [
      { kind: 'timeout', output: '' },
      { ok: false, message: `${failed}command "sh -c echo $(A) \\"$(B)\\"" did not end in time, message: ""` },
    ],
    [
      { kind: 'error', message: 'gone' },
      { ok: false, message: `${failed}gone, message: ""` },
    ],
  ])('%j', async (result, expected) => {
    const { runner, target, calls } = setUp(result);
    expect(await runner.hook(target, { exec: { command } }, 7000)).toEqual(expected);
    expect(calls).toEqual([{ command, timeoutMs: 7000 }]);
  });
});

describe('sleep hook', () => {
  const sleep = async (seconds: number, timeoutMs?: number) => {
    const { runner, target, clock } = setUp({ kind: 'timeout', output: '' });
    const start = clock.now();
    let end: number | undefined;
    const outcome = runner.hook(target, { sleep: { seconds } }, timeoutMs).finally(() => (end = clock.now()));
    for (let second = 0; second <= 10 && end === undefined; second++) {
      clock.advance(second === 0 ? 0 : 1000);
      await Promise.resolve();
      await Promise.resolve();
    }
    return { ...(await outcome), tookMs: (end ?? 0) - start };
  };

  test.each([
    [0, undefined, 0],
    [3, undefined, 3000],
    [3, 3000, 3000],
  ])('of %d s within %s ms', async (seconds, timeoutMs, tookMs) => {
    expect(await sleep(seconds, timeoutMs)).toEqual({ ok: true, message: '', tookMs });
  });

  test('cut off by its time', async () => {
    expect(await sleep(9, 2000)).toEqual({
      ok: false,
      message:
        'Sleep lifecycle hook (9) for Container "app" in Pod "web_default(uid-1)" failed - error: container terminated before sleep hook finished',
      tookMs: 2000,
    });
  });
});

test.each([
  [{ tcpSocket: { port: 80 } }, 'Cannot run handler: invalid handler: tcpSocket'],
  [{}, 'Cannot run handler: invalid handler: none'],
])('the handler %j is none for a hook', async (handler, message) => {
  const { runner, target } = setUp({ kind: 'timeout', output: '' });
  expect(await runner.hook(target, handler, undefined)).toEqual({ ok: false, message });
});
