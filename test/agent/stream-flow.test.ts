import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EventEmitter } from 'node:events';
import type { WebSocket } from 'ws';
import { InputFlow, OutputFlow } from '../../src/agent/api/stream-flow.ts';
import type { ExecSession } from '../../src/engine/runtime-service.ts';

/** A client that takes what it is sent when it is told to. */
class FakeClient extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  bufferedAmount = 0;
  readonly pause = vi.fn();
  readonly resume = vi.fn();
  readonly ping = vi.fn();
  readonly #sent: (() => void)[] = [];

  get asSocket(): WebSocket {
    return this as unknown as WebSocket;
  }

  send(message: Uint8Array, done: () => void): void {
    this.bufferedAmount += message.length;
    this.#sent.push(() => {
      this.bufferedAmount -= message.length;
      done();
    });
  }

  take(): void {
    for (const done of this.#sent.splice(0)) done();
  }
}

let client: FakeClient;
beforeEach(() => {
  client = new FakeClient();
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

test('a session is held up while its client is behind, also by what came before it', () => {
  const session = { pause: vi.fn(), resume: vi.fn() };
  const flow = new OutputFlow(client.asSocket);
  flow.send(new Uint8Array(2_000_000));
  flow.join(session as unknown as ExecSession);
  flow.send(new Uint8Array(1));
  expect(session.pause).toHaveBeenCalledOnce();
  expect(session.resume).not.toHaveBeenCalled();
  client.take();
  expect(session.resume).toHaveBeenCalledOnce();
  flow.send(new Uint8Array(1000));
  expect(session.pause).toHaveBeenCalledOnce();
});

test('input is given in order, the client waits for all of it and is known to be there', async () => {
  const input = new InputFlow(client.asSocket);
  const given: string[] = [];
  let take: () => void = () => undefined;
  input.give(async () => {
    given.push('begins');
    await new Promise<void>((resolve) => (take = resolve));
    given.push('taken');
    throw new Error('the command has ended');
  });
  input.give(() => void given.push('end'));
  await vi.advanceTimersByTimeAsync(2500);
  expect(given).toEqual(['begins']);
  expect(client.ping).toHaveBeenCalledTimes(2);
  expect(client.resume).not.toHaveBeenCalled();
  take();
  await vi.advanceTimersByTimeAsync(5000);
  expect(given).toEqual(['begins', 'taken', 'end']);
  expect(client.resume).toHaveBeenCalledOnce();
  expect(client.ping).toHaveBeenCalledTimes(2);
});
