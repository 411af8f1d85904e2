import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { UdpProxy } from '../../src/network/udp-proxy.ts';
import type { Endpoint } from '../../src/network/service-plan.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});

/** A socket on a free port of 127.0.0.1. */
async function open(): Promise<{ socket: Socket; endpoint: Endpoint }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  closing.push(() => socket.close());
  await once(socket, 'listening');
  return { socket, endpoint: { address: '127.0.0.1', port: socket.address().port, isProbed: false } };
}

/** Answers with its name and what it got. */
async function echo(name: string): Promise<Endpoint> {
  const { socket, endpoint } = await open();
  socket.on('message', (message, from) => socket.send(`${name} ${String(message)}`, from.port, from.address));
  return endpoint;
}

async function ask(client: Socket, port: number, message: string): Promise<string> {
  client.send(message, port, '127.0.0.1');
  return String((await once(client, 'message'))[0]);
}

test('datagrams of a client go to one endpoint, of another one to the next, and answers come back', async () => {
  const [a, b] = [await echo('a'), await echo('b')];
  const free = createSocket('udp4').bind(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address();
  await new Promise<void>((resolve) => free.close(() => resolve()));
  const proxy = await new Promise<UdpProxy>((resolve) => {
    const made: UdpProxy = new UdpProxy({
      address: '127.0.0.1',
      port,
      isSticky: false,
      listening: () => resolve(made),
      failed: () => undefined,
    });
    closing.push(() => made.close());
    made.update([a, b]);
  });
  const [one, two] = [(await open()).socket, (await open()).socket];
  expect([await ask(one, port, '1'), await ask(one, port, '2'), await ask(two, port, '3')]).toEqual(['a 1', 'a 2', 'b 3']);
  proxy.update([b]);
  expect(await ask(one, port, '4')).toBe('b 4');
});

test('a port in use is told', async () => {
  const { endpoint } = await open();
  const error = await new Promise<NodeJS.ErrnoException>((failed) => {
    new UdpProxy({ address: '127.0.0.1', port: endpoint.port, isSticky: false, listening: () => undefined, failed }).update([endpoint]);
  });
  expect(error.code).toBe('EADDRINUSE');
});
