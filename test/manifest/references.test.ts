import { describe, expect, it } from 'vitest';

import { loadManifests } from '../../src/manifest/load.ts';
import { namespaceReferences } from '../../src/manifest/references.ts';
import type { ReferenceEnvironment } from '../../src/manifest/references.ts';
import type { References } from '../../src/pod/references.ts';

const text = `
kind: ConfigMap
apiVersion: v1
metadata: {name: c}
data: {a: one}
---
kind: ConfigMap
apiVersion: v1
metadata: {name: c, namespace: other}
data: {a: two}
---
kind: Secret
apiVersion: v1
metadata: {name: s}
data: {a: eA==}
stringData: {b: z}
---
kind: PersistentVolumeClaim
apiVersion: v1
metadata: {name: p}
---
kind: Service
apiVersion: v1
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
kind: Service
apiVersion: v1
metadata: {name: db}
spec: {clusterIP: None, selector: {app: db}}
---
kind: Service
apiVersion: v1
metadata: {name: all, namespace: other}
spec: {}
---
kind: Pod
apiVersion: v1
metadata: {name: web-1, labels: {app: web, tier: front}}
spec: &spec {containers: [{name: c, image: i}]}
---
kind: Pod
apiVersion: v1
metadata: {name: web-2, labels: {app: web}}
spec: {containers: [{name: c, image: i}]}
---
kind: Pod
apiVersion: v1
metadata: {name: web-3, labels: {app: web}, namespace: other}
spec: {containers: [{name: c, image: i}]}
---
kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec: {serviceName: db, selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: i}]}}}
`;

const { references, workloads } = loadManifests([{ file: 'f', text }], () => 'uid');

function seenFrom(namespace: string, ips: Readonly<Record<string, string>>): References {
  return namespaceReferences(references, namespace, environment(ips));
}

function environment(ips: Readonly<Record<string, string>>): ReferenceEnvironment {
  return {
    pods: () => workloads.map(({ pod }) => pod),
    podIP: (pod) => ips[pod.metadata.name],
    extraHosts: [{ ip: '10.0.0.9', hostnames: ['extra'] }],
    nodeName: 'here',
    allocatable: { cpu: '2' },
  };
}

describe('namespaceReferences', () => {
  it('finds objects by name in the namespace', () => {
    const seen = seenFrom('default', {});
    expect(seen.configMap('c')?.data).toEqual({ a: 'one' });
    expect(seenFrom('other', {}).configMap('c')?.data).toEqual({ a: 'two' });
    expect(seen.secret('s')).toMatchObject({ data: { a: 'eA==' }, stringData: { b: 'z' } });
    expect(seen.persistentVolumeClaim('p')?.metadata?.namespace).toBe('default');
    expect([seen.configMap('x'), seen.secret('c'), seenFrom('x', {}).persistentVolumeClaim('p')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('gives Services of the namespace a cluster IP once a Pod has an address, but not headless ones', () => {
    const addresses = (seen: References): unknown[] => seen.services().map(({ metadata, spec }) => [metadata?.name, spec?.clusterIP]);
    expect(addresses(seenFrom('default', {}))).toEqual([
      ['web', undefined],
      ['db', 'None'],
    ]);
    expect(addresses(seenFrom('default', { 'web-1': '10.0.0.1', 'db-0': '10.0.0.2' }))).toEqual([
      ['web', '10.0.0.1'],
      ['db', 'None'],
    ]);
  });

  it('gives Services the addresses of their own that they have', () => {
    const seen = namespaceReferences(references, 'default', { ...environment({ 'web-1': '10.0.0.1' }), serviceIPs: () => ['198.19.0.1'] });
    expect(seen.services().map(({ spec }) => spec?.clusterIP)).toEqual(['198.19.0.1', 'None']);
  });

  it('names them, and then what the command line adds', () => {
    const seen = namespaceReferences(references, 'default', { ...environment({ 'web-2': '10.0.0.2' }), serviceIPs: () => ['198.19.0.1'] });
    expect(seen.hosts()).toEqual([
      { ip: '198.19.0.1', hostnames: ['web', 'web.default', 'web.default.svc', 'web.default.svc.cluster.local'] },
      { ip: '198.19.0.1', hostnames: ['db', 'db.default', 'db.default.svc', 'db.default.svc.cluster.local'] },
      { ip: '198.19.0.1', hostnames: ['all.other', 'all.other.svc', 'all.other.svc.cluster.local'] },
      { ip: '10.0.0.2', hostnames: ['web-2', 'web-2.default'] },
      { ip: '10.0.0.9', hostnames: ['extra'] },
    ]);
  });
});
