import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PodNetwork, PortMapping } from '../../src/engine/runtime-service.ts';
import { createServiceNetwork } from '../../src/network/service-network.ts';
import type { ServiceNetwork } from '../../src/network/service-network.ts';
import type { Pod, Service } from '../../src/pod/types.ts';
import { makeReadyPod, makeService } from '../fixtures/service.ts';

let stateDirectory = '';
const closing: (() => unknown)[] = [];
beforeEach(() => {
  stateDirectory = mkdtempSync(join(tmpdir(), 'outrider-network-'));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  expect(readdirSync(stateDirectory)).toEqual([]);
  rmSync(stateDirectory, { recursive: true });
});

interface Made {
  readonly network: ServiceNetwork;
  readonly notices: string[];
  /** How often names have changed. */
  readonly changes: () => number;
  /** Resolves when a notice is there that begins so. */
  readonly noticed: (start: string) => Promise<string>;
}

function make(podNetwork: PodNetwork, published: readonly PortMapping[] = []): Made {
  const notices: string[] = [];
  const waiting: (() => void)[] = [];
  let changes = 0;
  const network = createServiceNetwork({
    network: () => podNetwork,
    runtime: 'test',
    stateDirectory,
    owner: { pid: process.pid, startTime: 'now' },
    isAlive: () => true,
    published: () => published,
    namesChanged: () => (changes += 1),
    notice: (message) => {
      notices.push(message);
      for (const wake of waiting.splice(0)) wake();
    },
  });
  closing.push(() => network.close());
  const noticed = async (start: string): Promise<string> => {
    for (;;) {
      const found = notices.find((notice) => notice.startsWith(start));
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
  };
  return { network, notices, noticed, changes: () => changes };
}

const machine: PodNetwork = { kind: 'machine' };

/** A server that says a word on a free port of 127.0.0.1. */
async function say(word: string): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => undefined).end(word)).listen(0, '127.0.0.1');
  closing.push(() => server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Asks until something listens; there is no event of that. */
async function ask(host: string, port: number): Promise<string> {
  for (;;) {
    try {
      return await text(connect({ host, port }).end());
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ECONNREFUSED') throw error;
      await new Promise(setImmediate);
    }
  }
}

function service(name: string, port: number, targetPort: number, spec: Partial<NonNullable<Service['spec']>> = {}): Service {
  return makeService({ metadata: { name }, spec: { selector: { app: name }, ports: [{ port, targetPort }], ...spec } });
}

function pod(name: string): Pod {
  return makeReadyPod(name, '127.0.0.1', { metadata: { labels: { app: name } } });
}

test("on the machine's network a Service is at 127.0.0.1, a second one of its port at another loopback address", async () => {
  const port = await freePort();
  const services = [service('a', port, await say('a')), service('b', port, await say('b'))] as const;
  const { network, notices } = make(machine);
  await network.update([pod('a'), pod('b')], services);
  const [a, b] = services.map((one) => network.serviceIPs(one)?.[0] ?? '');
  expect([a, b]).toEqual(['127.0.0.1', '127.138.245.254']);
  expect([await ask(a ?? '', port), await ask(b ?? '', port)]).toEqual(['a', 'b']);
  expect(notices).toEqual([]);
});

test('a node port is announced once it is there', async () => {
  const { network, noticed } = make(machine);
  const nodePort = await freePort();
  const target = await say('hello');
  await network.update([pod('web')], [service('web', target, target, { type: 'NodePort', ports: [{ port: target, nodePort }] })]);
  expect(await noticed('Service')).toBe(`Service default/web: port ${target} is at 127.0.0.1:${nodePort} of this machine`);
  expect(await ask('127.0.0.1', nodePort)).toBe('hello');
});

test('a published port that is not the Pod’s own leads there', async () => {
  const [hostPort, containerPort] = [await freePort(), await say('hello')];
  const { network, noticed } = make(machine, [{ protocol: 'TCP', hostIP: '127.0.0.1', hostPort, containerPort }]);
  await network.update([pod('web')], []);
  expect(await noticed('Pod')).toBe(`Pod web: hostPort ${hostPort} is at 127.0.0.1:${hostPort} of this machine`);
  expect(await ask('127.0.0.1', hostPort)).toBe('hello');
});

test('a port in use is told once, with what to use instead', async () => {
  const { network, noticed, notices } = make({ kind: 'pod', isLocal: false, gateway: '127.0.0.1' });
  const [taken, target] = [await say('other'), await say('mine')];
  const web = [service('web', taken, target)];
  await network.update([pod('web')], web);
  await noticed('Service');
  await network.update([pod('web')], web);
  expect(notices).toEqual([
    `Service default/web: port ${taken} does not work: 127.0.0.1:${taken} is in use on this machine; use 127.0.0.1:${target}`,
  ]);
});

test('where this program may add no addresses a Service leads to its Pods, or to the gateway where its port is not theirs', async () => {
  const { network } = make({ kind: 'pod', isLocal: false, gateway: '127.0.0.1' });
  const port = await freePort();
  const services = [service('direct', 5000, 5000), service('web', port, await say('web')), service('late', port, 9)];
  await network.update([pod('direct'), pod('web'), pod('late')], services);
  expect(services.map((one) => network.serviceIPs(one))).toEqual([undefined, ['127.0.0.1'], undefined]);
  expect(await ask('127.0.0.1', port)).toBe('web');
});

test('names change with addresses and readiness, not otherwise', async () => {
  const { network, changes } = make({ kind: 'pod', isLocal: false, gateway: undefined });
  const web = service('web', 80, 80);
  const counts: number[] = [];
  const ready = makeReadyPod('web-1', '10.0.0.1', { metadata: { labels: { app: 'web' } } });
  const notReady = { ...ready, status: { ...ready.status, conditions: [] } };
  for (const pods of [[], [notReady], [notReady], [ready], [{ ...ready, status: { ...ready.status, startTime: 'x' } }], []]) {
    await network.update(pods, [web]);
    counts.push(changes());
  }
  expect(counts).toEqual([1, 2, 2, 3, 3, 4]);
});

test('an ExternalName of a Service is another name of it, any other one is looked up', async () => {
  const { network } = make(machine);
  const services = [
    service('web', 80, 80),
    makeService({ metadata: { name: 'alias' }, spec: { type: 'ExternalName', externalName: 'web.default.svc.cluster.local' } }),
    makeService({ metadata: { name: 'local' }, spec: { type: 'ExternalName', externalName: 'localhost' } }),
  ];
  const found = new Promise<void>((resolve) => {
    const check = (): void => (network.serviceIPs(services[2] as Service)?.length ? resolve() : void setImmediate(check));
    check();
  });
  await network.update([pod('web')], services);
  await found;
  expect(network.serviceIPs(services[1] as Service)).toEqual(['127.0.0.1']);
  expect(network.serviceIPs(services[2] as Service)).toContain('127.0.0.1');
});
