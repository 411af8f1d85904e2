import { describe, expect, test } from 'vitest';
import type { PodSpec } from '../../../src/pod/types.ts';
import { sandboxConfig } from '../../../src/runtimes/containers/sandbox-config.ts';
import { makeContainer, makePod } from '../../fixtures/pod.ts';

const facts = {
  instance: '0123456789ab',
  logs: '/logs',
  aliases: ['web'],
  published: [],
  features: { seccomp: true, apparmor: true },
  seccompFolder: '/profiles',
  resolvConf: () => 'nameserver 9.9.9.9\nsearch home\noptions ndots:1\n',
};

describe('the sandbox of a Pod', () => {
  test('has its names, labels and log folder', () => {
    expect(sandboxConfig(makePod({ metadata: { labels: { app: 'web', 'outrider.instance': 'mine' } } }), 2, facts)).toEqual({
      name: 'web',
      namespace: 'default',
      uid: 'uid-1',
      attempt: 2,
      hostname: 'web',
      labels: {
        app: 'web',
        'io.kubernetes.pod.name': 'web',
        'io.kubernetes.pod.namespace': 'default',
        'io.kubernetes.pod.uid': 'uid-1',
        'outrider.instance': '0123456789ab',
      },
      aliases: ['web'],
      logDirectory: '/logs/default_web_uid-1',
      dns: undefined,
      portMappings: [],
      namespaces: { network: 'pod', pid: 'container', ipc: 'pod' },
      sysctls: {},
      cgroupParent: undefined,
      resources: { cpuShares: 2 },
      security: {
        supplementalGroups: [],
        privileged: false,
        readOnlyRootFilesystem: false,
        noNewPrivileges: false,
        capabilities: { add: [], drop: [] },
        seccomp: { type: 'Unconfined' },
        apparmor: { type: 'RuntimeDefault' },
        unmaskedProc: false,
      },
      runtimeHandler: '',
    });
  });

  test.each<[Partial<PodSpec>, object]>([
    [{ hostNetwork: true }, { hostname: '', namespaces: { network: 'node', pid: 'container', ipc: 'pod' } }],
    [{ hostPID: true, hostIPC: true }, { namespaces: { network: 'pod', pid: 'node', ipc: 'node' } }],
    [{ shareProcessNamespace: true }, { namespaces: { network: 'pod', pid: 'pod', ipc: 'pod' } }],
    [{ runtimeClassName: 'gvisor' }, { runtimeHandler: 'gvisor' }],
    [{ securityContext: { sysctls: [{ name: 'net.a', value: '1' }] } }, { sysctls: { 'net.a': '1' } }],
    [
      { dnsConfig: { nameservers: ['1.1.1.1'], options: [{ name: 'ndots', value: '5' }] } },
      { dns: { servers: ['9.9.9.9', '1.1.1.1'], searches: ['home'], options: ['ndots:5'] } },
    ],
    [{ dnsPolicy: 'None', dnsConfig: { nameservers: ['1.1.1.1'] } }, { dns: { servers: ['1.1.1.1'], searches: [], options: [] } }],
    [
      { containers: [makeContainer({ ports: [{ containerPort: 80, hostPort: 8080, protocol: 'TCP' }, { containerPort: 81 }] })] },
      { portMappings: [{ protocol: 'TCP', containerPort: 80, hostPort: 8080, hostIP: '' }] },
    ],
  ])('%j', (spec, expected) => {
    expect(sandboxConfig(makePod({ spec }), 0, facts)).toMatchObject(expected);
  });

  test('maps a published port in place of a hostPort of the same number, and none with the host network', () => {
    const published = [{ protocol: 'TCP', containerPort: 90, hostPort: 8080, hostIP: '' }] as const;
    const containers = [makeContainer({ ports: [{ containerPort: 80, hostPort: 8080 }] })];
    expect(sandboxConfig(makePod({ spec: { containers } }), 0, { ...facts, published }).portMappings).toEqual(published);
    expect(sandboxConfig(makePod({ spec: { containers, hostNetwork: true } }), 0, { ...facts, published }).portMappings).toEqual([]);
  });
});
