import { describe, expect, test } from 'vitest';
import { app, containerMessages, specMessages } from './messages.ts';

const root = 'spec.containers[0]';

test.each<[string, Record<string, unknown>, string[]]>([
  [
    'no source of a variable',
    { env: [{ name: 'A', valueFrom: {} }] },
    [
      'env[0].valueFrom: Invalid value: "": must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
    ],
  ],
  [
    'two sources of a variable',
    { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: 'k' }, secretKeyRef: { name: 's', key: 'k' } } }] },
    ['env[0].valueFrom: Invalid value: "": may not have more than one field specified at a time'],
  ],
  [
    'a key of a ConfigMap',
    { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'c', key: '..k' } } }] },
    ['env[0].valueFrom.configMapKeyRef.key: Invalid value: "..k": must not start with \'..\''],
  ],
  [
    'a field that only volumes have',
    { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.labels' } } }] },
    [
      'env[0].valueFrom.fieldRef.fieldPath: Unsupported value: "metadata.labels": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"',
    ],
  ],
  ['a label', { env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: "metadata.labels['app']" } } }] }, []],
  [
    'another API version',
    { env: [{ name: 'A', valueFrom: { fieldRef: { apiVersion: 'v2', fieldPath: 'metadata.name' } } }] },
    ['env[0].valueFrom.fieldRef.fieldPath: Invalid value: "metadata.name": error converting fieldPath: unsupported pod version: v2'],
  ],
  [
    'huge pages by name',
    { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'requests.hugepages-2Mi', divisor: '1m' } } }] },
    [
      'env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "requests.hugepages-2Mi": only divisor\'s values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the hugepages resource',
    ],
  ],
  [
    'a divisor of CPUs',
    { env: [{ name: 'A', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '2m' } } }] },
    [
      'env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
    ],
  ],
  [
    'a device that is no claim',
    { volumeDevices: [{ name: 'data', devicePath: '/dev/../x' }] },
    [
      'volumeDevices[0].name: Invalid value: "data": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
      'volumeDevices[0].devicePath: Invalid value: "/dev/../x": can not contain backsteps (\'..\')',
    ],
  ],
  [
    'a mount and a device of one volume',
    { volumeMounts: [{ name: 'claim', mountPath: '/x' }], volumeDevices: [{ name: 'claim', devicePath: '/x' }] },
    [
      'volumeMounts[0].name: Invalid value: "claim": must not already exist in volumeDevices',
      'volumeMounts[0].mountPath: Invalid value: "/x": must not already exist as a path in volumeDevices',
      'volumeDevices[0].name: Invalid value: "claim": must not already exist in volumeMounts',
      'volumeDevices[0].devicePath: Invalid value: "/x": must not already exist as a path in volumeMounts',
    ],
  ],
  [
    'propagation without privileges',
    { volumeMounts: [{ name: 'data', mountPath: '/x', mountPropagation: 'Bidirectional' }] },
    ['volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers'],
  ],
  [
    'propagation with privileges',
    { securityContext: { privileged: true }, volumeMounts: [{ name: 'data', mountPath: '/x', mountPropagation: 'Bidirectional' }] },
    [],
  ],
  [
    'recursive read-only',
    {
      volumeMounts: [{ name: 'data', mountPath: '/x', readOnly: true, recursiveReadOnly: 'Enabled', mountPropagation: 'HostToContainer' }],
    },
    ['volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified'],
  ],
  [
    'a resize policy',
    {
      resizePolicy: [
        { resourceName: 'cpu', restartPolicy: 'NotRequired' },
        { resourceName: 'cpu', restartPolicy: 'Sometimes' },
        { restartPolicy: '' },
      ],
    },
    [
      'resizePolicy[1]: Duplicate value: "cpu"',
      'resizePolicy: Unsupported value: "Sometimes": supported values: "NotRequired", "RestartContainer"',
      'resizePolicy: Required value',
      'resizePolicy: Required value',
    ],
  ],
  [
    'an unqualified extended resource',
    { resources: { limits: { 'requests.x/y': '1' } } },
    [
      'resources.limits[requests.x/y]: Invalid value: "requests.x/y": doesn\'t follow extended resource name standard',
      'resources.requests[requests.x/y]: Invalid value: "requests.x/y": doesn\'t follow extended resource name standard',
    ],
  ],
  [
    'an extended resource without limit',
    { resources: { requests: { 'example.com/gpu': '1' } } },
    ['resources.limits: Required value: Limit must be set for non overcommitable resources'],
  ],
  [
    'an extended resource below its limit',
    { resources: { requests: { 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '2' } } },
    ['resources.requests: Invalid value: "1": must be equal to example.com/gpu limit of 2'],
  ],
  [
    'a resource of quotas',
    { resources: { requests: { pods: '1' } } },
    ['resources.requests[pods]: Invalid value: "pods": must be a standard resource for containers'],
  ],
  [
    'claims',
    { resources: { claims: [{ name: 'gpu' }, { name: 'gpu', request: 'a' }, { name: 'none' }] } },
    [
      'resources.claims[1]: Duplicate value: "gpu"',
      'resources.claims[2]: Not found: "none": must be one of the names in pod.spec.resourceClaims: gpu',
    ],
  ],
  [
    'a probe with two handlers',
    { livenessProbe: { exec: { command: ['x'] }, grpc: { port: 1 } } },
    ['livenessProbe.grpc: Forbidden: may not specify more than 1 handler type'],
  ],
  ['a sleep of no time', { lifecycle: { preStop: { sleep: { seconds: 0 } } } }, []],
  ['any stop signal: its gate is off', { lifecycle: { stopSignal: 'NOPE' } }, []],
])('%s', (_, container, messages) => {
  const spec = {
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'claim', persistentVolumeClaim: { claimName: 'c' } },
    ],
    resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }],
  };
  expect(containerMessages(container, spec)).toEqual(messages.map((message) => `${root}.${message}`));
});

describe('variables from files', () => {
  const variable = (volumeName: string) => ({ env: [{ name: 'A', valueFrom: { fileKeyRef: { volumeName, path: 'a/b', key: 'K' } } }] });
  const volumes = [
    { name: 'scratch', emptyDir: {} },
    { name: 'host', hostPath: { path: '/' } },
  ];
  const field = `${root}.env[0].valueFrom.fileKeyRef.volumeName`;

  test.each([
    ['scratch', []],
    ['host', [`${field}: Invalid value: "host": referenced volume must be of type emptyDir`]],
    ['none', [`${field}: Not found: "none"`]],
  ])('a file of the volume %s', (volume, messages) => {
    expect(containerMessages(variable(volume), { volumes })).toEqual(messages);
  });
});

describe('init containers', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['a hook of a sidecar', { restartPolicy: 'Always', lifecycle: { preStop: { sleep: { seconds: 1 } } } }, []],
    ['only a stop signal', { lifecycle: { stopSignal: 'SIGINT' } }, []],
    ['a hook', { lifecycle: {} }, ['lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always']],
    [
      'a restart on resize',
      { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }] },
      [
        'resizePolicy[0].restartPolicy: Invalid value: "RestartContainer": must not be set to \'RestartContainer\' for non-sidecar initContainers',
      ],
    ],
    [
      'rules without policy',
      { restartPolicyRules: [{ action: 'x' }] },
      ['restartPolicy: Required value: must specify restartPolicy when restart rules are used'],
    ],
  ])('%s', (_, fields, messages) => {
    expect(specMessages({ initContainers: [{ name: 'init', image: 'busybox', ...fields }] })).toEqual(
      messages.map((message) => `spec.initContainers[0].${message}`),
    );
  });

  test('ports of the host are compared within one init container only', () => {
    const port = { containerPort: 80, hostPort: 80 };
    const init = (name: string, ports: unknown[]) => ({ name, image: 'busybox', ports });
    expect(specMessages({ initContainers: [init('a', [port]), init('b', [port])] })).toEqual([]);
    expect(specMessages({ initContainers: [init('a', [port]), init('b', [port, port])] })).toEqual([
      'spec.initContainers[0].ports[1].hostPort: Duplicate value: "TCP//80"',
    ]);
  });
});

test('ephemeral containers are checked although they may not be there', () => {
  const ephemeral = {
    name: 'app',
    image: ' x',
    targetContainerName: 'none',
    ports: [{ containerPort: 80 }],
    resources: {},
    volumeMounts: [{ name: 'data', mountPath: '/x', subPath: 'y' }],
  };
  expect(specMessages({ volumes: [{ name: 'data' }], ephemeralContainers: [ephemeral] })).toEqual([
    'spec.ephemeralContainers[0].image: Invalid value: " x": must not have leading or trailing whitespace',
    'spec.ephemeralContainers[0].name: Duplicate value: "app"',
    'spec.ephemeralContainers[0].targetContainerName: Not found: "none"',
    'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
    'spec.ephemeralContainers[0].volumeMounts[0].subPath: Forbidden: cannot be set for an Ephemeral Container',
    'spec.ephemeralContainers: Forbidden: cannot be set on create',
  ]);
});

describe('resources of the Pod', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['claims', { resources: { claims: [] } }, ['spec.resources.claims: Forbidden: claims may not be set for Resources at pod-level']],
    [
      'less than a container',
      { containers: [{ ...app, resources: { limits: { cpu: '2' } } }], resources: { limits: { cpu: '1' } } },
      [
        'spec.resources.requests: Invalid value: "2": must be less than or equal to cpu limit of 1',
        'spec.resources.containers[0][cpu].limits: Invalid value: "2": must be less than or equal to pod limits of 1',
      ],
    ],
    [
      'huge pages',
      {
        containers: [{ ...app, resources: { limits: { cpu: '1', 'hugepages-2Mi': '4Mi' } } }],
        resources: { limits: { cpu: '1', 'hugepages-2Mi': '2Mi' } },
      },
      [
        'spec.resources.requests[hugepages-2Mi]: Invalid value: "2Mi": must be greater than or equal to aggregate container requests of 4Mi',
        'spec.resources.limits[hugepages-2Mi]: Invalid value: "2Mi": must be greater than or equal to aggregate container limits of 4Mi',
        'spec.resources.containers[0][hugepages-2Mi].limits: Invalid value: "4Mi": must be less than or equal to pod limits of 2Mi',
      ],
    ],
    [
      'overhead',
      { overhead: { foo: '1', cpu: '-1' } },
      [
        'spec.overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
        'spec.overhead.limits[foo]: Invalid value: "foo": must be a standard resource type or fully qualified',
        'spec.overhead.limits[foo]: Invalid value: "foo": must be a standard resource for containers',
      ],
    ],
    [
      'a claim of both kinds',
      { resourceClaims: [{ name: 'a', resourceClaimName: 'x', resourceClaimTemplateName: 'y' }, { name: 'a' }] },
      [
        'spec.resourceClaims[0]: Invalid value: {"Name":"a","ResourceClaimName":"x","ResourceClaimTemplateName":"y"}: at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified',
        'spec.resourceClaims[1].name: Duplicate value: "a"',
        'spec.resourceClaims[1]: Invalid value: {"Name":"a","ResourceClaimName":null,"ResourceClaimTemplateName":null}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
      ],
    ],
  ])('%s', (_, spec, messages) => {
    expect(specMessages(spec)).toEqual(messages);
  });
});
