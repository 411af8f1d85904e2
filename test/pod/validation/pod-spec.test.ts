import { describe, expect, test } from 'vitest';
import { app, containerMessages, specMessages } from './messages.ts';

const labelKeyProblem =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

describe('metadata', () => {
  const owner = { apiVersion: 'v1', kind: 'Event', name: 'e', uid: 'u', controller: true };
  test.each<[string, Record<string, unknown>, string[]]>([
    [
      'a key with two slashes',
      { labels: { 'a/b/c': '' } },
      [
        `metadata.labels: Invalid value: "a/b/c": a valid label key ${labelKeyProblem} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
      ],
    ],
    ['an empty prefix', { annotations: { '/A': '' } }, ['metadata.annotations: Invalid value: "/A": prefix part must be non-empty']],
    [
      'a long value',
      { labels: { a: 'x'.repeat(64) } },
      [`metadata.labels: Invalid value: "${'x'.repeat(64)}": must be no more than 63 bytes`],
    ],
    [
      'too many annotations',
      { annotations: { a: 'x'.repeat(262_144) } },
      ['metadata.annotations: Too long: may not be more than 262144 bytes'],
    ],
    ['a prefix for a name', { name: 'a', generateName: 'a-' }, []],
    [
      'an owner',
      { ownerReferences: [owner] },
      [
        'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"e","uid":"u","controller":true}: /v1, Kind=Event is disallowed from being an owner',
      ],
    ],
    [
      'finalizers',
      { finalizers: ['orphan', 'mine'] },
      ['metadata.finalizers[1]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified'],
    ],
    [
      'a namespace',
      { namespace: 'A' },
      [
        "metadata.namespace: Invalid value: \"A\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
      ],
    ],
    [
      'the cost of deletion',
      { annotations: { 'controller.kubernetes.io/pod-deletion-cost': '+1' } },
      ['metadata.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: "+1": must be a 32bit integer'],
    ],
    [
      'AppArmor of no container',
      { annotations: { 'container.apparmor.security.beta.kubernetes.io/x': 'y' } },
      [
        'metadata.annotations[container.apparmor.security.beta.kubernetes.io/x]: Invalid value: "x": container not found',
        'metadata.annotations[container.apparmor.security.beta.kubernetes.io/x]: Invalid value: "y": invalid AppArmor profile name: "y"',
      ],
    ],
    [
      'seccomp',
      { annotations: { 'seccomp.security.alpha.kubernetes.io/pod': 'x' } },
      ['metadata.annotations.seccomp.security.alpha.kubernetes.io/pod: Invalid value: "x": must be a valid seccomp profile'],
    ],
  ])('%s', (_, metadata, messages) => {
    expect(specMessages({}, metadata)).toEqual(messages);
  });

  test('annotation and field of a profile must agree', () => {
    const metadata = {
      annotations: {
        'container.seccomp.security.alpha.kubernetes.io/app': 'unconfined',
        'container.apparmor.security.beta.kubernetes.io/app': 'localhost/b',
      },
    };
    const securityContext = { seccompProfile: { type: 'RuntimeDefault' }, appArmorProfile: { type: 'Localhost', localhostProfile: 'a' } };
    expect(specMessages({ containers: [{ ...app, securityContext }] }, metadata)).toEqual([
      'spec.containers[0].securityContext.seccompProfile.type: Forbidden: seccomp type in annotation and field must match',
      'spec.containers[0].securityContext.appArmorProfile.localhostProfile: Forbidden: apparmor profile in annotation and field must match',
    ]);
  });
});

describe('security', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    [
      'host PIDs and shared PIDs',
      { hostPID: true, shareProcessNamespace: true },
      ['spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled'],
    ],
    [
      'sysctls',
      {
        hostNetwork: true,
        securityContext: { sysctls: [{ name: 'net.x' }, { name: 'net/ipv4.y' }, { name: 'kernel.sem' }, { name: 'net.x' }] },
      },
      [
        'spec.securityContext.sysctls[0].name: Invalid value: "net.x": may not be specified when \'hostNetwork\' is true',
        'spec.securityContext.sysctls[1].name: Invalid value: "net/ipv4.y": may not be specified when \'hostNetwork\' is true',
        'spec.securityContext.sysctls[3].name: Duplicate value: "net.x"',
        'spec.securityContext.sysctls[3].name: Invalid value: "net.x": may not be specified when \'hostNetwork\' is true',
      ],
    ],
    [
      'policies',
      { securityContext: { supplementalGroupsPolicy: 'x', seLinuxChangePolicy: 'MountOption' } },
      [
        'spec.securityContext.supplementalGroupsPolicy: Unsupported value: "x": supported values: "Merge", "Strict"',
        'spec.securityContext.seLinuxChangePolicy: Unsupported value: "MountOption": supported values: "Recursive"',
      ],
    ],
    [
      'profiles',
      {
        securityContext: {
          seccompProfile: { type: 'Unconfined', localhostProfile: 'p' },
          appArmorProfile: { type: 'Localhost', localhostProfile: ' p' },
        },
      },
      [
        'spec.securityContext.seccompProfile.localhostProfile: Invalid value: {"Type":"Unconfined","LocalhostProfile":"p"}: can only be set when seccomp type is Localhost',
        'spec.securityContext.appArmorProfile.localhostProfile: Invalid value: " p": must not be padded with whitespace',
      ],
    ],
    [
      'users of its own',
      { hostUsers: false, hostNetwork: true, hostIPC: true },
      ['spec.hostNetwork: Forbidden: when `hostUsers` is false', 'spec.HostIPC: Forbidden: when `hostUsers` is false'],
    ],
    ['an unknown system', { os: { name: 'plan9' } }, ['spec.os: Unsupported value: "plan9": supported values: "linux", "windows"']],
    ['no system', { os: {} }, ['spec.os.name: Required value']],
    [
      'Windows with what Linux has',
      { os: { name: 'windows' }, hostPID: true, securityContext: { runAsUser: 1 } },
      [
        'spec.hostPID: Forbidden: cannot be set for a windows pod',
        'spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod',
      ],
    ],
    [
      'Linux with what Windows has',
      { os: { name: 'linux' }, securityContext: { windowsOptions: { runAsUserName: 'a\\b\\c' } } },
      [
        'spec.securityContext.windowsOptions.runAsUserName: Invalid value: "a\\\\b\\\\c": runAsUserName cannot contain more than one backslash',
        'spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod',
      ],
    ],
    [
      'a process of the host',
      { securityContext: { windowsOptions: { hostProcess: true } } },
      ['spec.hostNetwork: Invalid value: false: hostNetwork must be true if pod contains any hostProcess containers'],
    ],
  ])('%s', (_, spec, messages) => {
    expect(specMessages(spec)).toEqual(messages);
  });

  test('an unmasked /proc needs users of its own', () => {
    expect(containerMessages({ securityContext: { procMount: 'Unmasked' } })).toEqual([
      'spec.containers[0].securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`',
    ]);
    expect(containerMessages({ securityContext: { procMount: 'Unmasked' } }, { hostUsers: false })).toEqual([]);
  });
});

describe('scheduling', () => {
  const affinity = 'spec.affinity';
  const needed = 'requiredDuringSchedulingIgnoredDuringExecution';
  const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
  test.each<[string, Record<string, unknown>, string[]]>([
    ['a node selector', { nodeSelector: { 'a b': 'c' } }, [`spec.nodeSelector: Invalid value: "a b": name part ${labelKeyProblem}`]],
    [
      'no terms',
      { affinity: { nodeAffinity: { [needed]: {} } } },
      [`${affinity}.nodeAffinity.${needed}.nodeSelectorTerms: Required value: must have at least one node selector term`],
    ],
    [
      'terms',
      {
        affinity: {
          nodeAffinity: {
            [needed]: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [
                    { key: 'a', operator: 'In' },
                    { key: 'a', operator: 'Gt', values: [] },
                    { key: 'a', operator: 'Exists', values: ['x'] },
                    { key: 'a', operator: 'x' },
                  ],
                  matchFields: [{ key: 'x', operator: 'In', values: [] }],
                },
              ],
            },
          },
        },
      },
      [
        `${affinity}.nodeAffinity.${needed}.nodeSelectorTerms[0].matchExpressions[0].values: Required value: must be specified when \`operator\` is 'In' or 'NotIn'`,
        `${affinity}.nodeAffinity.${needed}.nodeSelectorTerms[0].matchExpressions[1].values: Required value: must be specified single value when \`operator\` is 'Lt' or 'Gt'`,
        `${affinity}.nodeAffinity.${needed}.nodeSelectorTerms[0].matchExpressions[2].values: Forbidden: may not be specified when \`operator\` is 'Exists' or 'DoesNotExist'`,
        `${affinity}.nodeAffinity.${needed}.nodeSelectorTerms[0].matchExpressions[3].operator: Invalid value: "x": not a valid selector operator`,
        `${affinity}.nodeAffinity.${needed}.nodeSelectorTerms[0].matchFields[0].values: Required value: must be only one value when \`operator\` is 'In' or 'NotIn' for node field selector`,
        `${affinity}.nodeAffinity.${needed}.nodeSelectorTerms[0].matchFields[0].key: Invalid value: "x": not a valid field selector key`,
      ],
    ],
    [
      'a weight',
      { affinity: { podAffinity: { [preferred]: [{ weight: 101, podAffinityTerm: { topologyKey: 'zone' } }] } } },
      [`${affinity}.podAffinity.${preferred}[0].weight: Invalid value: 101: must be in the range 1-100`],
    ],
    [
      'no topology',
      { affinity: { podAntiAffinity: { [needed]: [{}] } } },
      [
        `${affinity}.podAntiAffinity.${needed}[0].topologyKey: Required value: can not be empty`,
        `${affinity}.podAntiAffinity.${needed}[0].topologyKey: Invalid value: "": name part must be non-empty`,
        `${affinity}.podAntiAffinity.${needed}[0].topologyKey: Invalid value: "": name part ${labelKeyProblem}`,
      ],
    ],
    [
      'keys without selector',
      { affinity: { podAffinity: { [needed]: [{ topologyKey: 'z', matchLabelKeys: ['a'] }] } } },
      [`${affinity}.podAffinity.${needed}[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set`],
    ],
    [
      'a key that is selected already',
      {
        topologySpreadConstraints: [
          {
            maxSkew: 1,
            topologyKey: 'z',
            whenUnsatisfiable: 'DoNotSchedule',
            matchLabelKeys: ['app'],
            labelSelector: { matchLabels: { app: 'x' } },
          },
        ],
      },
      ['spec.topologySpreadConstraints[0][0]: Invalid value: "app": exists in both matchLabelKeys and labelSelector'],
    ],
    [
      'constraints',
      { topologySpreadConstraints: [{ maxSkew: 0, whenUnsatisfiable: 'x', minDomains: 0, nodeTaintsPolicy: 'y' }] },
      [
        'maxSkew: Invalid value: 0: must be greater than zero',
        'topologyKey: Required value: can not be empty',
        'whenUnsatisfiable: Unsupported value: "x": supported values: "DoNotSchedule", "ScheduleAnyway"',
        'minDomains: Invalid value: 0: must be greater than zero',
        'minDomains: Invalid value: 0: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not x',
        'nodeTaintsPolicy: Unsupported value: "y": supported values: "Honor", "Ignore"',
      ].map((message) => `spec.topologySpreadConstraints[0].${message}`),
    ],
    [
      'a constraint twice',
      { topologySpreadConstraints: Array(2).fill({ maxSkew: 1, topologyKey: 'z', whenUnsatisfiable: 'DoNotSchedule' }) },
      ['spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}: Duplicate value: "{z, DoNotSchedule}"'],
    ],
    [
      'tolerations',
      { tolerations: [{ operator: 'Equal' }, { key: 'a', operator: 'Gt', value: '1' }, { key: 'a', effect: 'x', tolerationSeconds: 1 }] },
      [
        'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
        'spec.tolerations[1].operator: Unsupported value: "Gt": supported values: "Equal", "Exists", "Lt", "Gt"',
        'spec.tolerations[2].effect: Invalid value: "x": effect must be \'NoExecute\' when `tolerationSeconds` is set',
        'spec.tolerations[2].effect: Unsupported value: "x": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
      ],
    ],
    [
      'scheduling gates',
      { schedulingGates: [{ name: 'a' }, { name: 'a' }], nodeName: 'node' },
      [
        'spec.schedulingGates[1]: Duplicate value: "a"',
        'spec.nodeName: Forbidden: cannot be set until all schedulingGates have been cleared',
      ],
    ],
  ])('%s', (_, spec, messages) => {
    expect(specMessages(spec, { labels: { app: 'x' } })).toEqual(messages);
  });
});

describe('names and addresses', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    [
      'no nameserver',
      { dnsPolicy: 'None', dnsConfig: {} },
      ['spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None'],
    ],
    [
      'nameservers',
      { dnsConfig: { nameservers: ['1.1.1.1', '1.1.1.01', '::ffff:1.2.3.4', 'x'] } },
      [
        'spec.dnsConfig.nameservers: Invalid value: ["1.1.1.1","1.1.1.01","::ffff:1.2.3.4","x"]: must not have more than 3 nameservers',
        'spec.dnsConfig.nameservers[1]: Invalid value: "1.1.1.01": must not have leading 0s',
        'spec.dnsConfig.nameservers[2]: Invalid value: "::ffff:1.2.3.4": must not be an IPv4-mapped IPv6 address',
        'spec.dnsConfig.nameservers[3]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ],
    ],
    [
      'searches',
      { dnsConfig: { searches: ['.', '_tcp.example.com.', 'a.svc'], options: [{ value: 'x' }] } },
      ['spec.dnsConfig.options[0]: Required value: must not be empty'],
    ],
    [
      'a host alias',
      { hostAliases: [{ ip: '10.0.0.1', hostnames: ['ok', 'a_b'] }] },
      [
        "spec.hostAliases[0].hostnames[1]: Invalid value: \"a_b\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
      ],
    ],
    [
      'a host name of its own',
      { hostnameOverride: 'a'.repeat(65), setHostnameAsFQDN: true, hostNetwork: true },
      [
        'spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true',
        'spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true',
        'spec.hostnameOverride: Too long: may not be more than 64 bytes',
      ],
    ],
  ])('%s', (_, spec, messages) => {
    expect(specMessages(spec)).toEqual(messages);
  });
});
