import { describe, expect, test } from 'vitest';
import { applyDefaults } from '../../src/pod/defaults.ts';

const container = {
  name: 'app',
  image: 'busybox',
  resources: {},
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'Always',
};
const spec = {
  containers: [container],
  restartPolicy: 'Always',
  terminationGracePeriodSeconds: 30,
  dnsPolicy: 'ClusterFirst',
  securityContext: {},
  schedulerName: 'default-scheduler',
  enableServiceLinks: true,
};
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod', namespace: 'default', uid: '' },
  spec,
  status: { phase: 'Pending', qosClass: 'BestEffort' },
};

test('a Pod of a name and an image gets everything else', () => {
  expect(applyDefaults({ metadata: { name: 'pod' }, spec: { containers: [{ name: 'app', image: 'busybox' }] } })).toEqual(pod);
});

test('unknown fields, nulls and values of a wrong type are left out', () => {
  const decoded = {
    metadata: { name: 'pod', labels: null, foo: 1 },
    spec: { containers: [{ name: 'app', image: 'busybox', command: 'x', stdin: 'yes', Image: 'y' }], volumes: {}, nodeName: 3 },
  };
  expect(applyDefaults(decoded)).toEqual(pod);
});

describe('what a Pod says is kept, what it leaves out follows from the rest', () => {
  const given = (fields: Record<string, unknown>) =>
    applyDefaults({ ...pod, spec: { containers: [{ name: 'app', image: 'busybox' }], ...fields } }).spec;

  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['no grace', { terminationGracePeriodSeconds: 0 }, { terminationGracePeriodSeconds: 0 }],
    ['a negative grace', { terminationGracePeriodSeconds: -1 }, { terminationGracePeriodSeconds: 1 }],
    ['the old name of the service account', { serviceAccount: 'a' }, { serviceAccount: 'a', serviceAccountName: 'a' }],
    ['no service links', { enableServiceLinks: false }, { enableServiceLinks: false }],
    ['a volume without source', { volumes: [{ name: 'v' }] }, { volumes: [{ name: 'v', emptyDir: {} }] }],
    [
      'a secret',
      { volumes: [{ name: 'v', secret: { secretName: 's' } }] },
      { volumes: [{ name: 'v', secret: { secretName: 's', defaultMode: 420 } }] },
    ],
    [
      'a projected volume',
      { volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }] },
      {
        volumes: [
          { name: 'v', projected: { defaultMode: 420, sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 3600 } }] } },
        ],
      },
    ],
    [
      'an image volume',
      { volumes: [{ name: 'v', image: { reference: 'a:1' } }] },
      { volumes: [{ name: 'v', image: { reference: 'a:1', pullPolicy: 'IfNotPresent' } }] },
    ],
    ['a hostPath', { volumes: [{ name: 'v', hostPath: { path: '/' } }] }, { volumes: [{ name: 'v', hostPath: { path: '/', type: '' } }] }],
  ])('%s', (_, fields, expected) => {
    expect(given(fields)).toEqual({ ...spec, ...expected });
  });

  test.each<[string, Record<string, unknown>, Record<string, unknown>, Record<string, unknown>]>([
    ['a tag', { image: 'busybox:1' }, { imagePullPolicy: 'IfNotPresent' }, {}],
    ['an invalid image', { image: 'Busy Box' }, { imagePullPolicy: 'IfNotPresent' }, {}],
    ['a port', { ports: [{ containerPort: 80 }] }, { ports: [{ containerPort: 80, protocol: 'TCP' }] }, {}],
    [
      "a port on the host's network",
      { ports: [{ containerPort: 80 }] },
      { ports: [{ containerPort: 80, hostPort: 80, protocol: 'TCP' }] },
      { hostNetwork: true },
    ],
    [
      'a probe',
      { livenessProbe: { httpGet: { port: 80 } } },
      {
        livenessProbe: {
          httpGet: { path: '/', port: 80, scheme: 'HTTP' },
          timeoutSeconds: 1,
          periodSeconds: 10,
          successThreshold: 1,
          failureThreshold: 3,
        },
      },
      {},
    ],
    [
      'a hook',
      { lifecycle: { preStop: { httpGet: { port: 'web' } } } },
      { lifecycle: { preStop: { httpGet: { path: '/', port: 'web', scheme: 'HTTP' } } } },
      {},
    ],
    [
      'a field of the Pod',
      { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
      { env: [{ name: 'A', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.name' } } }] },
      {},
    ],
    ['limits', { resources: { limits: { cpu: '1' } } }, { resources: { limits: { cpu: '1' }, requests: { cpu: '1' } } }, {}],
    [
      'amounts that are too precise',
      { resources: { requests: { cpu: '1.0001', memory: '1Gi' } } },
      { resources: { requests: { cpu: '1001m', memory: '1Gi' } } },
      {},
    ],
  ])('a container with %s', (_, fields, expected, specFields) => {
    expect(given({ ...specFields, containers: [{ name: 'app', image: 'busybox', ...fields }] })).toEqual({
      ...spec,
      ...specFields,
      containers: [{ ...container, ...('image' in fields && { image: fields.image }), ...expected }],
    });
  });

  const pages = { 'hugepages-2Mi': '4Mi' };
  test.each<[Record<string, unknown>, Record<string, unknown>]>([
    [
      { limits: { cpu: '2', memory: '1Gi' } },
      { limits: { cpu: '2', memory: '1Gi', ...pages }, requests: { cpu: '1', memory: '1Gi', ...pages } },
    ],
    [{ requests: { cpu: '2' } }, { limits: pages, requests: { cpu: '2', ...pages } }],
    [{ requests: pages }, { requests: pages }],
    [{ limits: { 'example.com/gpu': '1' } }, { limits: { 'example.com/gpu': '1', ...pages }, requests: { cpu: '1', ...pages } }],
    [{}, {}],
  ])('a Pod with the resources %j', (resources, expected) => {
    const limits = { cpu: '1', ...pages };
    expect(given({ resources, containers: [{ name: 'app', image: 'busybox', resources: { limits } }] }).resources).toEqual(expected);
  });
});
