import { expect, test } from 'vitest';
import type { PodNetwork, PortMapping } from '../../src/engine/runtime-service.ts';
import { planListeners } from '../../src/network/listener-plan.ts';
import type { PlannedListener } from '../../src/network/listener-plan.ts';
import type { PlannedService } from '../../src/network/service-plan.ts';
import type { Pod } from '../../src/pod/types.ts';
import { makeContainer } from '../fixtures/pod.ts';
import { makeReadyPod } from '../fixtures/service.ts';

const machine: PodNetwork = { kind: 'machine' };
const own: PodNetwork = { kind: 'pod', isLocal: true, gateway: '10.0.0.254' };
const endpoints = [{ address: '10.0.0.1', port: 8080, isProbed: false }];
const web: PlannedService = {
  key: 'default/web',
  hasPods: true,
  isDirect: false,
  isSticky: false,
  ports: [
    { protocol: 'TCP', port: 80, isDirect: false, endpoints, hostPorts: [30080] },
    { protocol: 'TCP', port: 8080, isDirect: true, endpoints, hostPorts: [8080] },
  ],
};

function plan(network: PodNetwork, ip: string | undefined, pods: readonly Pod[] = [], mappings: readonly PortMapping[] = []): string[] {
  const listeners = planListeners({ network, services: [web], pods, serviceIP: () => ip, portMappings: () => mappings });
  return listeners.map(format);
}

function format({ protocol, address, port, endpoints: [to], problem, isAnnounced }: PlannedListener): string {
  const end = problem === undefined ? '' : `: ${problem}`;
  return `${protocol} ${address}:${port} -> ${to === undefined ? 'nothing' : `${to.address}:${to.port}`}${isAnnounced ? ' announced' : ''}${end}`;
}

test('every port at the Service’s own address, node ports on the loopback', () => {
  expect(plan(own, '198.19.0.1')).toEqual([
    'TCP 198.19.0.1:80 -> 10.0.0.1:8080',
    'TCP 127.0.0.1:30080 -> 10.0.0.1:8080 announced',
    'TCP 198.19.0.1:8080 -> 10.0.0.1:8080',
    'TCP 127.0.0.1:8080 -> 10.0.0.1:8080 announced',
  ]);
});

test('without an address only the node ports', () => {
  expect(plan(own, undefined)).toEqual(['TCP 127.0.0.1:30080 -> 10.0.0.1:8080 announced', 'TCP 127.0.0.1:8080 -> 10.0.0.1:8080 announced']);
});

test("on the machine's network the Pods' own ports are there already", () => {
  expect(plan(machine, '127.0.0.1')).toEqual(['TCP 127.0.0.1:80 -> 10.0.0.1:8080', 'TCP 127.0.0.1:30080 -> 10.0.0.1:8080 announced']);
});

test("on the machine's network a port that a Pod has is not free for a Service", () => {
  const nginx = makeReadyPod('nginx', '127.0.0.1', {
    spec: { containers: [makeContainer({ ports: [{ containerPort: 80, protocol: 'TCP' }] })] },
  });
  expect(plan(machine, '127.0.0.1', [nginx])[0]).toBe(
    "TCP 127.0.0.1:80 -> 10.0.0.1:8080: Pod nginx has this port, and all Pods share the machine's network",
  );
});

test("published ports are the engine's, except on the machine's network, where they differ from the Pod's own", () => {
  const mappings: PortMapping[] = [
    { protocol: 'TCP', hostIP: '', hostPort: 8000, containerPort: 80 },
    { protocol: 'UDP', hostIP: '127.0.0.1', hostPort: 53, containerPort: 53 },
  ];
  const pods = [makeReadyPod('a', '127.0.0.1')];
  const waiting = [makeReadyPod('a', '127.0.0.1', { status: { phase: 'Succeeded' } })];
  expect([plan(own, undefined, pods, mappings).slice(2), plan(machine, undefined, pods, mappings).slice(1)]).toEqual([
    [],
    ['TCP 0.0.0.0:8000 -> 127.0.0.1:80 announced'],
  ]);
  expect(plan(machine, undefined, waiting, mappings).slice(1)).toEqual(['TCP 0.0.0.0:8000 -> nothing announced']);
});

test('a port is listened on once', () => {
  const twice = planListeners({ network: own, services: [web, web], pods: [], serviceIP: () => '198.19.0.1', portMappings: () => [] });
  expect(twice).toHaveLength(4);
});
