import { describe, expect, test } from 'vitest';
import { planServices } from '../../src/network/service-plan.ts';
import type { PlannedService } from '../../src/network/service-plan.ts';
import type { Pod, Service } from '../../src/pod/types.ts';
import { makeContainer } from '../fixtures/pod.ts';
import { makeReadyPod, makeService } from '../fixtures/service.ts';

const plan = (service: Service, pods: readonly Pod[] = []): PlannedService[] => planServices([service], pods, ({ status }) => status.podIP);

const readinessProbe = { tcpSocket: { port: 1 }, timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 };

const empty: PlannedService = {
  key: 'default/web',
  hasPods: false,
  isDirect: true,
  isSticky: false,
  ports: [{ protocol: 'TCP', port: 80, isDirect: true, endpoints: [], hostPorts: [] }],
};

test.each<[string, Parameters<typeof makeService>[0]]>([
  ['headless', { spec: { clusterIP: 'None' } }],
  ['ExternalName', { spec: { type: 'ExternalName', externalName: 'example.org' } }],
  ['without a selector', { spec: { selector: {} } }],
  ['without ports', { spec: { ports: [] } }],
])('a Service that is %s has no address of its own', (_, changes) => {
  expect(plan(makeService(changes))).toEqual([]);
});

test('ready Pods are behind it, each at its own target port', () => {
  const named = (containerPort: number): Partial<Pod['spec']> => ({
    containers: [makeContainer({ ports: [{ name: 'http', containerPort, protocol: 'TCP' }] })],
  });
  const probed = { spec: { containers: [makeContainer({ ...named(8082).containers?.[0], readinessProbe })] } };
  const pods = [
    makeReadyPod('a', '10.0.0.1', { spec: named(8081) }),
    makeReadyPod('b', '10.0.0.2', probed),
    makeReadyPod('not-ready', '10.0.0.3', { spec: named(8080), status: { conditions: [] } }),
    makeReadyPod('no-such-port', '10.0.0.4'),
    makeReadyPod('other', '10.0.0.5', { metadata: { labels: {} } }),
  ];
  expect(plan(makeService({ spec: { ports: [{ port: 80, targetPort: 'http' }], sessionAffinity: 'ClientIP' } }), pods)).toEqual([
    {
      ...empty,
      hasPods: true,
      isDirect: false,
      isSticky: true,
      ports: [
        {
          protocol: 'TCP',
          port: 80,
          isDirect: false,
          endpoints: [
            { address: '10.0.0.1', port: 8081, isProbed: false },
            { address: '10.0.0.2', port: 8082, isProbed: true },
          ],
          hostPorts: [],
        },
      ],
    },
  ]);
});

describe('ports of the machine', () => {
  test.each<[string, Parameters<typeof makeService>[0], number[][]]>([
    ['ClusterIP', {}, [[]]],
    ['NodePort', { spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30080 }] } }, [[30080]]],
    ['NodePort without a number', { spec: { type: 'NodePort', ports: [{ port: 80 }, { port: 81 }] } }, [[30203], [32152]]],
    ['LoadBalancer', { spec: { type: 'LoadBalancer', ports: [{ port: 80 }] } }, [[80]]],
    ['LoadBalancer with a node port', { spec: { type: 'LoadBalancer', ports: [{ port: 80, nodePort: 30080 }] } }, [[80, 30080]]],
  ])('%s', (_, changes, expected) => {
    expect(plan(makeService(changes))[0]?.ports.map(({ hostPorts }) => hostPorts)).toEqual(expected);
  });

  test('no node port is given twice', () => {
    const ports = Array.from({ length: 500 }, (_, index) => ({ port: index + 1 }));
    const given = plan(makeService({ spec: { type: 'NodePort', ports } })).flatMap((service) =>
      service.ports.flatMap((one) => one.hostPorts),
    );
    expect([given.length, new Set(given).size, given.every((port) => port >= 30000 && port <= 32767)]).toEqual([500, 500, true]);
  });
});
