import { describe, expect, test } from 'vitest';
import type { Pod } from '../../../src/pod/types.ts';
import { applyDefaults } from '../../../src/pod/defaults.ts';
import { admitPod } from '../../../src/runtimes/process/admission.ts';
import type { CgroupRoot } from '../../../src/runtimes/process/cgroup.ts';
import type { Machine } from '../../../src/runtimes/process/machine.ts';

const cgroups: CgroupRoot = { version: 2, controllers: { cpu: '/c', memory: '/c' } };

function pod(spec: object, container: object = {}): Pod {
  return applyDefaults({
    metadata: { name: 'p', namespace: 'default' },
    spec: { ...spec, containers: [{ name: 'c', image: 'x', ...container }] },
  });
}

function admit(subject: Pod, ids: Machine['ids'] = 'machine', withLimits = true): { refuse: string[]; warn: string[] } {
  const machine = { ids, reason: 'no namespaces here' } as Machine;
  const { refuse, warn } = admitPod(subject, { machine, cgroups: withLimits ? cgroups : undefined, standIns: new Map() });
  return { refuse: refuse.map(({ field }) => field), warn: warn.map(({ field }) => field) };
}

describe('admission', () => {
  test('a Pod of what is honoured is admitted without a word', () => {
    const subject = pod(
      {
        restartPolicy: 'Never',
        hostname: 'h',
        subdomain: 's',
        hostAliases: [{ ip: '1.2.3.4', hostnames: ['a'] }],
        dnsPolicy: 'None',
        dnsConfig: { nameservers: ['1.1.1.1'] },
        hostNetwork: true,
        shareProcessNamespace: true,
        activeDeadlineSeconds: 5,
        securityContext: { runAsUser: 1, fsGroup: 2, supplementalGroups: [3], seccompProfile: { type: 'Unconfined' } },
        volumes: [
          { name: 'v', emptyDir: {} },
          { name: 'w', hostPath: { path: '/' } },
        ],
      },
      {
        ports: [{ containerPort: 80, hostPort: 80 }],
        resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '1' } },
        volumeMounts: [{ name: 'v', mountPath: '/v', recursiveReadOnly: 'Disabled' }],
        securityContext: { capabilities: { add: ['NET_ADMIN'] }, privileged: true, readOnlyRootFilesystem: true },
      },
    );
    expect(admit(subject)).toEqual({ refuse: [], warn: [] });
  });

  test.each<[string, object]>([
    ['nodeSelector', { nodeSelector: { a: 'b' } }],
    ['affinity', { affinity: { nodeAffinity: {} } }],
    ['nodeName', { nodeName: 'n' }],
    ['tolerations', { tolerations: [{ key: 'a' }] }],
    ['topologySpreadConstraints', { topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'k', whenUnsatisfiable: 'DoNotSchedule' }] }],
    ['schedulingGates', { schedulingGates: [{ name: 'a/b' }] }],
    ['schedulerName', { schedulerName: 'mine' }],
    ['priorityClassName', { priorityClassName: 'high' }],
    ['preemptionPolicy', { preemptionPolicy: 'Never' }],
    ['serviceAccountName', { serviceAccountName: 'robot' }],
    ['automountServiceAccountToken', { automountServiceAccountToken: true }],
    ['imagePullSecrets', { imagePullSecrets: [{ name: 's' }] }],
    ['runtimeClassName', { runtimeClassName: 'gvisor' }],
    ['resourceClaims', { resourceClaims: [{ name: 'gpu' }] }],
    ['hostPID', { hostPID: true }],
    ['hostIPC', { hostIPC: true }],
    ['hostUsers', { hostUsers: false }],
    ['resources.limits', { resources: { limits: { cpu: '1' } } }],
    ['securityContext.seLinuxOptions', { securityContext: { seLinuxOptions: { level: 's0' } } }],
    ['securityContext.sysctls', { securityContext: { sysctls: [{ name: 'a', value: 'b' }] } }],
    ['securityContext.seccompProfile', { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }],
    ['securityContext.appArmorProfile', { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }],
    [
      'volumes[0].projected.sources[0].serviceAccountToken',
      { volumes: [{ name: 't', projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }] },
    ],
  ])('spec.%s is named', (field, spec) => {
    expect(admit(pod(spec))).toEqual({ refuse: [], warn: [`spec.${field}`] });
  });

  test.each<[string, object]>([
    ['ports', { ports: [{ containerPort: 80, hostPort: 8080 }] }],
    ['resources.limits', { resources: { limits: { 'example.com/gpu': '1', cpu: '1' } } }],
    ['resources.claims', { resources: { claims: [{ name: 'gpu' }] } }],
    ['volumeDevices', { volumeDevices: [{ name: 'd', devicePath: '/dev/x' }] }],
    ['volumeMounts', { volumeMounts: [{ name: 'v', mountPath: '/v', mountPropagation: 'Bidirectional' }] }],
    ['securityContext.seccompProfile', { securityContext: { seccompProfile: { type: 'Localhost' } } }],
    ['securityContext.procMount', { securityContext: { procMount: 'Unmasked' } }],
  ])('%s of a container is named', (field, container) => {
    expect(admit(pod({}, container))).toEqual({ refuse: [], warn: [`spec.containers[0].${field}`] });
  });

  test.each<[string, object]>([
    ['volumes[0].nfs', { volumes: [{ name: 'v', nfs: { server: 's', path: '/' } }] }],
    ['volumes[0].image', { volumes: [{ name: 'v', image: { reference: 'x' } }] }],
    ['os.name', { os: { name: 'windows' } }],
  ])('spec.%s is refused', (field, spec) => {
    expect(admit(pod(spec))).toEqual({ refuse: [`spec.${field}`], warn: [] });
  });

  test.each<[Machine['ids'], object, object, string[], string[]]>([
    [
      'user',
      { securityContext: { fsGroup: 1, supplementalGroups: [1] } },
      {},
      [],
      ['spec.securityContext.fsGroup', 'spec.securityContext.supplementalGroups'],
    ],
    [
      'subordinate',
      { hostUsers: false, securityContext: { fsGroup: 1 } },
      { securityContext: { privileged: true } },
      [],
      ['spec.containers[0].securityContext.privileged'],
    ],
    ['none', {}, { tty: true }, [], ['spec.containers[0].tty']],
    ['user', {}, { tty: true }, [], []],
    [
      'none',
      { shareProcessNamespace: true },
      { volumeMounts: [{ name: 'v', mountPath: '/v' }] },
      ['spec.shareProcessNamespace', 'spec.containers[0].volumeMounts'],
      [],
    ],
    [
      'none',
      {},
      { securityContext: { readOnlyRootFilesystem: true, runAsUser: 54321 } },
      ['spec.containers[0].securityContext.readOnlyRootFilesystem', 'spec.containers[0].securityContext.runAsUser'],
      [],
    ],
    ['none', { volumes: [{ name: 'unused', emptyDir: {} }] }, {}, [], []],
  ])('with ids: %s', (ids, spec, container, refuse, warn) => {
    expect(admit(pod(spec, container), ids)).toEqual({ refuse, warn });
  });

  test('limits that nobody may set are named', () => {
    expect(admit(pod({}, { resources: { limits: { memory: '1Gi' } } }), 'user', false).warn).toEqual([
      'spec.containers[0].resources.limits',
    ]);
  });

  test('each problem is one sentence or two that say what to do', () => {
    const machine = { ids: 'none', reason: 'no namespaces here' } as Machine;
    const { refuse } = admitPod(pod({ hostname: 'h' }), { machine, cgroups: undefined, standIns: new Map() });
    expect(refuse).toEqual([{ field: 'spec.hostname', message: 'This takes Linux namespaces: no namespaces here.' }]);
  });
});
