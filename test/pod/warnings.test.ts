import { expect, test } from 'vitest';
import { applyDefaults } from '../../src/pod/defaults.ts';
import { podWarnings } from '../../src/pod/warnings.ts';

const app = { name: 'app', image: 'busybox' };
const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
const items = (...paths: string[]) => paths.map((path) => ({ key: 'k', path }));

test.each<[string, Record<string, unknown>, string[]]>([
  ['nothing unusual', {}, []],
  [
    'old labels of nodes',
    {
      nodeSelector: { 'beta.kubernetes.io/os': 'linux' },
      affinity: {
        nodeAffinity: {
          [required]: { nodeSelectorTerms: [{ matchExpressions: [{ key: 'beta.kubernetes.io/arch', operator: 'Exists' }] }] },
          [preferred]: [{ weight: 1, preference: { matchExpressions: [{ key: 'a', operator: 'In', values: ['-1'] }] } }],
        },
        podAffinity: { [required]: [{ topologyKey: 'z' }] },
        podAntiAffinity: { [preferred]: [{ weight: 1, podAffinityTerm: { topologyKey: 'z' } }] },
      },
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey: 'failure-domain.beta.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' },
      ],
    },
    [
      'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
      `spec.affinity.nodeAffinity.${required}.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead`,
      `spec.affinity.nodeAffinity.${preferred}[0].preference.matchExpressions[0].values[0]: -1 is invalid, a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
      'spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
      'spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod',
      `spec.affinity.podAffinity.${required}[0].labelSelector: a null labelSelector results in matching no pod`,
      `spec.affinity.podAntiAffinity.${preferred}[0].podAffinityTerm.labelSelector: a null labelSelector results in matching no pod`,
    ],
  ],
  [
    'old volumes',
    {
      volumes: [
        { name: 'a', rbd: {} },
        { name: 'b', storageos: {} },
        { name: 'c', gitRepo: { repository: 'r' } },
      ],
    },
    [
      'spec.volumes[0].rbd: deprecated in v1.28, non-functional in v1.31+',
      'spec.volumes[1].storageOS: deprecated in v1.22, non-functional in v1.25+',
      'spec.volumes[2].gitRepo: deprecated in v1.11, and disabled by default in v1.33+',
    ],
  ],
  [
    'a fraction of a byte in a claim',
    { volumes: [{ name: 'a', ephemeral: { volumeClaimTemplate: { spec: { resources: { requests: { storage: '200m' } } } } } }] },
    [
      'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests[storage]: fractional byte value "200m" is invalid, must be an integer',
    ],
  ],
  [
    'files in one another',
    {
      volumes: [
        { name: 'c', configMap: { name: 'foo', items: items('test', 'test/app', 'tester', 'test/') } },
        {
          name: 'p',
          projected: { sources: [{ secret: { name: 's', items: items('a') } }, {}, { serviceAccountToken: { path: 'a/b' } }] },
        },
      ],
    },
    [
      'volume "c" (ConfigMap "foo"): overlapping paths: "test/app" with "test"',
      'volume "c" (ConfigMap "foo"): overlapping paths: "test" with "test"',
      'volume "c" (ConfigMap "foo"): overlapping paths: "test" with "test/app"',
      'volume "p" (Projected) has no sources provided',
      'volume "p" (Projected): overlapping paths: "a/b" (ServiceAccountToken) with "a" (Secret "s")',
    ],
  ],
  [
    'repeated hosts and secrets',
    { hostAliases: [{ ip: '1.1.1.1' }, { ip: '1.1.1.1' }], imagePullSecrets: [{ name: 'a' }, { name: 'a' }, {}] },
    [
      'spec.hostAliases[1].ip: duplicate ip "1.1.1.1"',
      'spec.imagePullSecrets[1].name: duplicate name "a"',
      'spec.imagePullSecrets[2].name: invalid empty name ""',
    ],
  ],
  [
    'addresses in odd forms',
    { dnsConfig: { nameservers: ['1.2.3.4', '05.06.07.08', '2001:DB8::0:1'] }, hostAliases: [{ ip: '::ffff:1.2.3.4' }] },
    [
      'spec.dnsConfig.nameservers[1]: non-standard IP address "05.06.07.08" is invalid: use "5.6.7.8"',
      'spec.dnsConfig.nameservers[2]: IPv6 address "2001:DB8::0:1" should be in RFC 5952 canonical format ("2001:db8::1")',
      'spec.hostAliases[0].ip: non-standard IP address "::ffff:1.2.3.4" is invalid: use "1.2.3.4"',
    ],
  ],
  [
    'a variable that hides another',
    {
      containers: [
        {
          ...app,
          env: [
            { name: 'A', value: 'a' },
            { name: 'A', value: '$(A)' },
            { name: 'A', value: '$(A) b' },
            { name: 'A', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
          ],
        },
      ],
    },
    [1, 3].map((i) => `spec.containers[0].env[${i}]: hides previous definition of "A", which may be dropped when using apply`),
  ],
  [
    'ports in several containers',
    {
      initContainers: [{ ...app, name: 'sidecar', restartPolicy: 'Always', ports: [{ name: 'web', containerPort: 80, hostPort: 80 }] }],
      containers: [
        {
          ...app,
          ports: [
            { name: 'web', containerPort: 81 },
            { containerPort: 80, hostPort: 80, hostIP: '10.0.0.1' },
            { containerPort: 80, hostIP: '10.0.0.1' },
          ],
        },
      ],
    },
    [
      'spec.containers[0].ports[1]: dangerously ambiguous port definition with spec.initContainers[0].ports[0]',
      'spec.containers[0].ports[2]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:TCP HostIP:10.0.0.1}',
      'spec.containers[0].ports[2]: overlapping port definition with spec.initContainers[0].ports[0]',
      'spec.containers[0].ports[2]: overlapping port definition with spec.containers[0].ports[1]',
      'spec.containers[0].ports[0]: duplicate port name "web" with spec.initContainers[0].ports[0], services and probes that select ports by name will use spec.initContainers[0].ports[0]',
    ],
  ],
])('%s', (_, spec, warnings) => {
  expect(podWarnings(applyDefaults({ metadata: { name: 'pod' }, spec: { containers: [app], ...spec } }))).toEqual(warnings);
});

test('annotations that do nothing any more', () => {
  const annotations = {
    'seccomp.security.alpha.kubernetes.io/pod': 'runtime/default',
    'container.seccomp.security.alpha.kubernetes.io/app': 'unconfined',
    'scheduler.alpha.kubernetes.io/critical-pod': '',
  };
  expect(podWarnings(applyDefaults({ metadata: { name: 'pod', annotations }, spec: { containers: [app] } }))).toEqual([
    'metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead',
    'metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead',
    'metadata.annotations[container.seccomp.security.alpha.kubernetes.io/app]: non-functional in v1.27+; use the "seccompProfile" field instead',
  ]);
});
