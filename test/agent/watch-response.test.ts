import { createServer, get } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { afterEach, expect, test } from 'vitest';
import type { WatchLine } from '../../src/agent/api-types.ts';
import { sendWatch } from '../../src/agent/api/watch-response.ts';
import { WatchBroadcast } from '../../src/agent/watch-broadcast.ts';
import type { Pod } from '../../src/pod/types.ts';
import { makePod } from '../fixtures/pod.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const pod = (name: string, more: Partial<Pod['metadata']> = {}): Pod => makePod({ metadata: { name, uid: `uid-${name}`, ...more } });
const told = ({ type, object }: WatchLine): string => `${type} ${object.metadata?.name ?? ''} ${object.metadata?.resourceVersion ?? '-'}`;

/** A watcher that has read nothing yet. */
async function watcher(present: readonly Pod[], broadcast: WatchBroadcast, fits = (): boolean => true): Promise<IncomingMessage> {
  server = createServer((_, response) => sendWatch(response, present, broadcast, fits));
  const listening = server;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const { port } = listening.address() as AddressInfo;
  return new Promise((resolve) => get({ host: '127.0.0.1', port, agent: false }, resolve));
}

async function readLines(response: IncomingMessage, isLast: (line: WatchLine) => boolean): Promise<WatchLine[]> {
  const lines: WatchLine[] = [];
  for await (const text of createInterface({ input: response })) {
    const line = JSON.parse(text) as WatchLine;
    lines.push(line);
    if (isLast(line)) break;
  }
  response.destroy();
  return lines;
}

test('a watcher is told what there is, then every change in order', async () => {
  const broadcast = new WatchBroadcast();
  const response = await watcher([pod('a'), pod('b')], broadcast);
  broadcast.send({ type: 'MODIFIED', object: pod('b', { resourceVersion: '2' }) });
  broadcast.send({ type: 'DELETED', object: pod('a') });
  const lines = await readLines(response, ({ type }) => type === 'DELETED');
  expect(lines.map(told)).toEqual(['ADDED a -', 'ADDED b -', 'MODIFIED b 2', 'DELETED a -']);
});

test('of what a slow watcher does not take, the newest state of each object is held', async () => {
  const broadcast = new WatchBroadcast();
  const response = await watcher([pod('a')], broadcast);
  const annotations = { filler: 'x'.repeat(10_000) };
  const most = 20_000;
  for (let version = 1; version <= most; version++) {
    broadcast.send({ type: 'MODIFIED', object: pod(version % 2 === 0 ? 'a' : 'b', { annotations, resourceVersion: String(version) }) });
  }
  broadcast.send({ type: 'ADDED', object: pod('c') });
  broadcast.send({ type: 'MODIFIED', object: pod('c', { resourceVersion: '7' }) });
  const lines = await readLines(response, ({ object }) => object.metadata?.name === 'c');
  expect(lines.length).toBeLessThan(most / 2);
  expect(lines.slice(-3).map(told)).toEqual([`MODIFIED b ${most - 1}`, `MODIFIED a ${most}`, 'ADDED c 7']);
});
