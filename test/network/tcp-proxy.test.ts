import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { TcpProxy } from '../../src/network/tcp-proxy.ts';
import type { Endpoint } from '../../src/network/service-plan.ts';

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close();
});

/** A server on a free port of 127.0.0.1. */
async function serve(handle: (socket: Socket) => void): Promise<{ endpoint: Endpoint; server: Server }> {
  const server = createServer({ allowHalfOpen: true }, (socket) => handle(socket.on('error', () => undefined))).listen(0, '127.0.0.1');
  closing.push(() => server.close());
  await once(server, 'listening');
  return { server, endpoint: { address: '127.0.0.1', port: (server.address() as AddressInfo).port, isProbed: true } };
}

/** A proxy on a free port, which is free again before it listens. */
async function makeProxy(isSticky = false): Promise<{ proxy: TcpProxy; port: number; listening: Promise<void> }> {
  const { server, endpoint } = await serve(() => undefined);
  server.close();
  await once(server, 'close');
  let listened = (): void => undefined;
  const listening = new Promise<void>((resolve) => (listened = resolve));
  const proxy = new TcpProxy({ address: '127.0.0.1', port: endpoint.port, isSticky, listening: () => listened(), failed: () => undefined });
  closing.push(() => proxy.close());
  return { proxy, port: endpoint.port, listening };
}

async function ask(port: number): Promise<string> {
  return text(connect({ port, host: '127.0.0.1' }).end());
}

async function outcome(port: number): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' });
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    socket.on('error', resolve).on('close', () => resolve(undefined));
    socket.resume();
  });
  return error?.code ?? 'closed';
}

test('connections go to the endpoints in turn', async () => {
  const a = await serve((socket) => socket.end('a'));
  const b = await serve((socket) => socket.end('b'));
  const { proxy, port, listening } = await makeProxy();
  proxy.update([a.endpoint, b.endpoint]);
  await listening;
  expect([await ask(port), await ask(port), await ask(port)]).toEqual(['a', 'b', 'a']);
});

test('an endpoint that refuses is passed over; without another one the client is reset', async () => {
  const a = await serve((socket) => socket.end('a'));
  const gone = await serve(() => undefined);
  gone.server.close();
  const { proxy, port, listening } = await makeProxy();
  proxy.update([gone.endpoint, a.endpoint]);
  await listening;
  expect([await ask(port), await ask(port)]).toEqual(['a', 'a']);
  proxy.update([gone.endpoint]);
  expect(await outcome(port)).toBe('ECONNRESET');
});

test('without endpoints nobody listens', async () => {
  const a = await serve((socket) => socket.end('a'));
  const { proxy, port, listening } = await makeProxy();
  expect(await outcome(port)).toBe('ECONNREFUSED');
  proxy.update([a.endpoint]);
  await listening;
  proxy.update([]);
  expect(await outcome(port)).toBe('ECONNREFUSED');
});

test('it listens only once an endpoint of unknown state accepts', async () => {
  const { server, endpoint } = await serve(() => undefined);
  server.close();
  await once(server, 'close');
  const { proxy, port, listening } = await makeProxy();
  proxy.update([{ ...endpoint, isProbed: false }]);
  expect(await outcome(port)).toBe('ECONNREFUSED');
  const later = createServer((socket) => socket.on('error', () => undefined).end('later')).listen(endpoint.port, '127.0.0.1');
  closing.push(() => later.close());
  await listening;
  expect(await ask(port)).toBe('later');
});

test('each side may end while the other goes on, and nothing is lost on the way', async () => {
  const size = 8 * 1024 * 1024;
  const { endpoint } = await serve((socket) => {
    // Answers only after the client's end, with as much.
    let received = 0;
    socket.on('data', (chunk) => (received += chunk.length));
    socket.on('end', () => socket.end(Buffer.alloc(received, 'x')));
  });
  const { proxy, port, listening } = await makeProxy();
  proxy.update([endpoint]);
  await listening;
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  client.end(Buffer.alloc(size, 'y'));
  expect((await text(client)).length).toBe(size);
});

test('a reset of one side is one of the other', async () => {
  const { endpoint } = await serve((socket) => socket.resetAndDestroy());
  const { proxy, port, listening } = await makeProxy();
  proxy.update([endpoint]);
  await listening;
  expect(await outcome(port)).toBe('ECONNRESET');
});

test('a client that leaves ends the connection to the endpoint', async () => {
  const accepted: Socket[] = [];
  const { endpoint, server } = await serve((socket) => {
    accepted.push(socket);
    socket.write('hello');
  });
  const { proxy, port, listening } = await makeProxy();
  proxy.update([endpoint]);
  await listening;
  const client = connect({ port, host: '127.0.0.1' });
  await once(client, 'data');
  client.resetAndDestroy();
  const [socket] = accepted;
  await new Promise<void>((resolve) => (socket?.closed === false ? socket.on('close', () => resolve()) : resolve()));
  expect([server.listening, socket?.destroyed]).toEqual([true, true]);
});

test('connections survive a change of endpoints, but not the end', async () => {
  const a = await serve((socket) => void socket.on('data', (chunk) => socket.write(chunk)));
  const { proxy, port, listening } = await makeProxy();
  proxy.update([a.endpoint]);
  await listening;
  const client = connect({ port, host: '127.0.0.1' });
  client.write('one');
  expect(String((await once(client, 'data'))[0])).toBe('one');
  proxy.update([]);
  client.write('two');
  expect(String((await once(client, 'data'))[0])).toBe('two');
  proxy.close();
  await once(client, 'close');
});

test('a port in use is told', async () => {
  const { endpoint } = await serve(() => undefined);
  const error = await new Promise<NodeJS.ErrnoException>((failed) => {
    const proxy = new TcpProxy({ address: '127.0.0.1', port: endpoint.port, isSticky: false, listening: () => undefined, failed });
    proxy.update([endpoint]);
  });
  expect(error.code).toBe('EADDRINUSE');
});
