import { expect, test } from 'vitest';
import { isReachedDirectly, targetPort } from '../../src/pod/service-target.ts';
import type { ServicePort } from '../../src/pod/service-target.ts';
import { makeContainer, makePod } from '../fixtures/pod.ts';
import { makeService } from '../fixtures/service.ts';

const pod = makePod({
  spec: {
    initContainers: [
      makeContainer({ name: 'once', ports: [{ name: 'once', containerPort: 1, protocol: 'TCP' }] }),
      makeContainer({ name: 'sidecar', restartPolicy: 'Always', ports: [{ name: 'metrics', containerPort: 9090, protocol: 'TCP' }] }),
    ],
    containers: [
      makeContainer({
        ports: [
          { name: 'http', containerPort: 8080, protocol: 'TCP' },
          { name: 'dns', containerPort: 5353, protocol: 'UDP' },
        ],
      }),
    ],
  },
});

test.each<[ServicePort, number | undefined]>([
  [{ port: 80 }, 80],
  [{ port: 80, targetPort: 0 }, 80],
  [{ port: 80, targetPort: '' }, 80],
  [{ port: 80, targetPort: 8080 }, 8080],
  [{ port: 80, targetPort: 'http' }, 8080],
  [{ port: 80, targetPort: 'metrics' }, 9090],
  [{ port: 80, targetPort: 'once' }, undefined],
  [{ port: 53, targetPort: 'dns' }, undefined],
  [{ port: 53, targetPort: 'dns', protocol: 'UDP' }, 5353],
  [{ port: 80, targetPort: 'none' }, undefined],
])('%j leads to %s', (port, expected) => {
  expect(targetPort(port, pod)).toBe(expected);
});

test('a Pod is reached directly when all ports are its own', () => {
  const of = (...ports: ServicePort[]): boolean => isReachedDirectly(makeService({ spec: { ports } }), pod);
  expect([of(), of({ port: 80 }), of({ port: 80 }, { port: 90, targetPort: 91 }), of({ port: 8080, targetPort: 'http' })]).toEqual([
    true,
    true,
    false,
    true,
  ]);
});
