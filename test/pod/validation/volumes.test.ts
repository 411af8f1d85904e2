import { describe, expect, test } from 'vitest';
import { specMessages, volumeMessages } from './messages.ts';

const root = 'spec.volumes[0]';

describe('local volumes', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['no source is an emptyDir', {}, []],
    ['an image', { image: { reference: 'busybox' } }, []],
    ['an image without reference', { image: {} }, [`${root}.image.reference: Required value`]],
    [
      'an unknown pull policy',
      { image: { reference: 'busybox', pullPolicy: 'Often' } },
      [`${root}.image.pullPolicy: Unsupported value: "Often": supported values: "Always", "IfNotPresent", "Never"`],
    ],
    [
      'two sources',
      { emptyDir: {}, configMap: { name: 'c' }, downwardAPI: {}, cephfs: { monitors: ['m'] } },
      ['cephFS', 'downwarAPI', 'configMap'].map((name) => `${root}.${name}: Forbidden: may not specify more than 1 volume type`),
    ],
    [
      'a git repository',
      { gitRepo: { repository: '', directory: '/x' } },
      [`${root}.gitRepo.repository: Required value`, `${root}.gitRepo.directory: Invalid value: "/x": must be a relative path`],
    ],
    [
      'items of a ConfigMap',
      {
        configMap: {
          name: 'c',
          items: [
            { key: 'k', path: '..x' },
            { key: '', path: '', mode: 512 },
          ],
        },
      },
      [
        `${root}.configMap.items[0].path: Invalid value: "..x": must not start with '..'`,
        `${root}.configMap.items[1].key: Required value`,
        `${root}.configMap.items[1].path: Required value`,
        `${root}.configMap.items[1].mode: Invalid value: 512: must be a number between 0 and 0777 (octal), both inclusive`,
      ],
    ],
    [
      'files of the downward API',
      {
        downwardAPI: {
          items: [
            { path: 'a', fieldRef: { fieldPath: 'status.podIP' } },
            { path: 'b', resourceFieldRef: { resource: 'limits.cpu' } },
            { path: 'c' },
            { path: 'd', fieldRef: { fieldPath: "metadata.labels['a b']" } },
            { path: 'e', fieldRef: { fieldPath: "spec.nodeName['x']" } },
          ],
        },
      },
      [
        `${root}.downwardAPI.fieldRef.fieldPath: Unsupported value: "status.podIP": supported values: "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"`,
        `${root}.downwardAPI.resourceFieldRef.containerName: Required value`,
        `${root}.downwardAPI: Required value: one of fieldRef and resourceFieldRef is required`,
        `${root}.downwardAPI.fieldRef: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
        `${root}.downwardAPI.fieldRef.fieldPath: Invalid value: "spec.nodeName['x']": error converting fieldPath: field label does not support subscript: spec.nodeName['x']`,
      ],
    ],
  ])('%s', (_, sources, messages) => {
    expect(volumeMessages(sources).sort()).toEqual([...messages].sort());
  });
});

describe('projected volumes', () => {
  const source = (...sources: unknown[]) => volumeMessages({ projected: { sources } }, { serviceAccountName: 'default' });
  const field = `${root}.projected`;

  test.each<[string, unknown[], string[]]>([
    ['two sources', [{ secret: { name: 's' } }, { configMap: { name: 'c' } }], []],
    ['an optional token', [{ serviceAccountToken: { path: 'token' } }], []],
    [
      'a source with two kinds',
      [{ secret: { name: 's' }, configMap: { name: 'c' } }],
      [`${field}.sources[0]: Forbidden: may not specify more than 1 volume type per source`],
    ],
    [
      'the same file twice',
      [{ secret: { name: 's', items: [{ key: 'a', path: 'f' }] } }, { configMap: { name: 'c', items: [{ key: 'b', path: 'f' }] } }],
      [`${field}: Invalid value: "c": conflicting duplicate paths`],
    ],
    [
      'a token that ends too soon',
      [{ serviceAccountToken: { expirationSeconds: 599 } }],
      [
        `${field}.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes`,
        `${field}.path: Required value`,
      ],
    ],
    ['what a gate keeps out', [{ podCertificate: {} }, { clusterTrustBundle: {} }], []],
  ])('%s', (_, sources, messages) => {
    expect(source(...sources)).toEqual(messages);
  });

  test('a token needs a service account', () => {
    expect(volumeMessages({ projected: { sources: [{ serviceAccountToken: { path: 't' } }] } })).toEqual([
      `${field}.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set`,
    ]);
  });
});

describe('claims', () => {
  const template = { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } };
  const spec = `${root}.ephemeral.volumeClaimTemplate.spec`;

  test.each<[string, unknown, string[]]>([
    ['a whole template', { volumeClaimTemplate: template }, []],
    ['no template', {}, [`${root}.ephemeral.volumeClaimTemplate: Required value`]],
    [
      'an empty template',
      { volumeClaimTemplate: {} },
      [`${spec}.accessModes: Required value: at least 1 access mode is required`, `${spec}.resources[storage]: Required value`],
    ],
    [
      'modes that do not go together',
      {
        volumeClaimTemplate: {
          spec: { accessModes: ['ReadWriteOncePod', 'ReadWriteMany', 'x'], resources: { requests: { storage: '0' } }, volumeMode: 'y' },
        },
      },
      [
        `${spec}.accessModes: Unsupported value: "x": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"`,
        `${spec}.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes`,
        `${spec}.resources[storage]: Invalid value: "0": must be greater than zero`,
        `${spec}.volumeMode: Unsupported value: "y": supported values: "Block", "Filesystem"`,
      ],
    ],
    [
      'a template with a name',
      { volumeClaimTemplate: { ...template, metadata: { name: 'x', labels: { a: 'b' } } } },
      [`${root}.ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set`],
    ],
  ])('%s', (_, ephemeral, messages) => {
    expect(volumeMessages({ ephemeral })).toEqual(messages);
  });

  test('a claim that is made for an ephemeral volume cannot be named by another volume', () => {
    const volumes = [
      { name: 'data', ephemeral: { volumeClaimTemplate: template } },
      { name: 'again', persistentVolumeClaim: { claimName: 'pod-data' } },
    ];
    expect(specMessages({ volumes })).toEqual([
      'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "pod-data": must not reference a PVC that gets created for an ephemeral volume',
    ]);
  });
});

test.each<[Record<string, unknown>, string[]]>([
  [{ nfs: { server: 'host', path: '/export' } }, []],
  [{ nfs: {} }, ['nfs.server: Required value', 'nfs.path: Required value', 'nfs.path: Invalid value: "": must be an absolute path']],
  [{ iscsi: { targetPortal: '10.0.0.1', iqn: 'iqn.2001-04.com.example:storage', lun: 0 } }, []],
  [
    { iscsi: { targetPortal: 't', iqn: 'x', lun: 256, chapAuthSession: true } },
    [
      'iscsi.iqn: Invalid value: "x": must be valid format starting with iqn, eui, or naa',
      'iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
      'iscsi.secretRef: Required value',
    ],
  ],
  [
    { gcePersistentDisk: { partition: 256 } },
    ['persistentDisk.pdName: Required value', 'persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive'],
  ],
  [{ awsElasticBlockStore: {} }, ['awsElasticBlockStore.volumeID: Required value']],
  [{ glusterfs: {} }, ['glusterfs.endpoints: Required value', 'glusterfs.path: Required value']],
  [{ flocker: {} }, ['flocker: Required value: one of datasetName and datasetUUID is required']],
  [{ rbd: {} }, ['rbd.monitors: Required value', 'rbd.image: Required value']],
  [{ cinder: { volumeID: 'v', secretRef: {} } }, ['cinder.secretRef.name: Required value']],
  [{ cephfs: {} }, ['cephfs.monitors: Required value']],
  [
    { quobyte: { registry: 'a', volume: 'v' } },
    ['quobyte.registry: Invalid value: "a": must be a host:port pair or multiple pairs separated by commas'],
  ],
  [{ quobyte: { registry: 'a:1,b:2', volume: 'v' } }, []],
  [{ fc: { targetWWNs: ['w'] } }, ['fc.lun: Required value: lun is required if targetWWNs is specified']],
  [{ fc: {} }, ['fc.targetWWNs: Required value: must specify either targetWWNs or wwids, but not both']],
  [
    { flexVolume: { driver: 'd', options: { 'X.k8s.io/a': '' } } },
    ['flexVolume.options[X.k8s.io/a]: Invalid value: "X.k8s.io/a": kubernetes.io and k8s.io namespaces are reserved'],
  ],
  [{ azureFile: {} }, ['azureFile.secretName: Required value', 'azureFile.shareName: Required value']],
  [{ azureDisk: { diskName: 'd', diskURI: 'https://x', kind: 'Dedicated' } }, []],
  [
    { azureDisk: { diskName: 'd', diskURI: 'x', cachingMode: 'Some' } },
    [
      'azureDisk.cachingMode: Unsupported value: "Some": supported values: "None", "ReadOnly", "ReadWrite"',
      'azureDisk.diskURI: Unsupported value: "x": supported values: "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"',
    ],
  ],
  [{ vsphereVolume: {} }, ['vsphereVolume.volumePath: Required value']],
  [{ photonPersistentDisk: {} }, ['photonPersistentDisk.pdID: Required value']],
  [{ portworxVolume: {} }, ['portworxVolume.volumeID: Required value']],
  [{ scaleIO: {} }, ['scaleIO.gateway: Required value', 'scaleIO.system: Required value', 'scaleIO.volumeName: Required value']],
  [{ storageos: {} }, ['storageos.volumeName: Required value']],
  [{ csi: { driver: 'x'.repeat(64) } }, ['csi.driver: Too long: may not be more than 63 bytes']],
  [{ csi: { driver: 'CSI.example.com', nodePublishSecretRef: {} } }, ['csi.nodePublishSecretRef.name: Required value']],
])('a network volume %j', (sources, messages) => {
  expect(volumeMessages(sources)).toEqual(messages.map((message) => `${root}.${message}`));
});
