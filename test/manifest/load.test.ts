import { describe, expect, it } from 'vitest';

import { loadManifests } from '../../src/manifest/load.ts';
import type { Workload } from '../../src/manifest/workload.ts';

let uids = 0;
const load = (text: string): ReturnType<typeof loadManifests> => {
  uids = 0;
  return loadManifests([{ file: 'f.yaml', text }], () => `uid-${++uids}`);
};

const containers = '[{name: c, image: busybox}]';
const template = `template: {metadata: {labels: {app: a}, annotations: {n: x}}, spec: {containers: ${containers}}}`;
const controlled = `selector: {matchLabels: {app: a}}, ${template}`;

function only(text: string): Workload {
  const { items, problems, workloads } = load(text);
  expect({ errors: items.flatMap(({ errors }) => errors), problems }).toEqual({ errors: [], problems: [] });
  expect(workloads).toHaveLength(1);
  return workloads[0] as Workload;
}

describe('Pods of templates', () => {
  const owner = (kind: string, name: string, apiVersion = 'apps/v1'): object => ({
    apiVersion,
    kind,
    name,
    uid: expect.any(String) as string,
    controller: true,
    blockOwnerDeletion: true,
  });
  const suffix = '[bcdfghjklmnpqrstvwxz2456789]{5}';

  it.each<[string, string, { name: string | RegExp; labels: object; owner: object | undefined }]>([
    [
      'a Pod',
      `{apiVersion: v1, kind: Pod, metadata: {name: p, labels: {a: b}}, spec: {containers: ${containers}}}`,
      { name: 'p', labels: { a: 'b' }, owner: undefined },
    ],
    [
      'a PodTemplate',
      `{apiVersion: v1, kind: PodTemplate, metadata: {name: p}, ${template}}`,
      { name: 'p', labels: { app: 'a' }, owner: undefined },
    ],
    [
      'a Deployment',
      `{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: 3, ${controlled}}}`,
      {
        name: new RegExp(`^d-[a-z0-9]+-${suffix}$`),
        labels: { app: 'a', 'pod-template-hash': expect.any(String) as string },
        owner: owner('ReplicaSet', expect.stringMatching(/^d-[a-z0-9]+$/) as string),
      },
    ],
    [
      'a ReplicaSet',
      `{apiVersion: apps/v1, kind: ReplicaSet, metadata: {name: r}, spec: {${controlled}}}`,
      { name: new RegExp(`^r-${suffix}$`), labels: { app: 'a' }, owner: owner('ReplicaSet', 'r') },
    ],
    [
      'a DaemonSet',
      `{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: d}, spec: {${controlled}}}`,
      {
        name: new RegExp(`^d-${suffix}$`),
        labels: { app: 'a', 'controller-revision-hash': expect.any(String) as string, 'pod-template-generation': '1' },
        owner: owner('DaemonSet', 'd'),
      },
    ],
    [
      'a StatefulSet',
      `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s}, spec: {serviceName: svc, ${controlled}}}`,
      {
        name: 's-0',
        labels: {
          app: 'a',
          'apps.kubernetes.io/pod-index': '0',
          'controller-revision-hash': expect.stringMatching(/^s-/) as string,
          'statefulset.kubernetes.io/pod-name': 's-0',
        },
        owner: owner('StatefulSet', 's'),
      },
    ],
    [
      'a Job',
      `{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {template: {spec: {restartPolicy: Never, containers: ${containers}}}}}`,
      {
        name: new RegExp(`^j-${suffix}$`),
        labels: {
          'batch.kubernetes.io/controller-uid': 'uid-1',
          'batch.kubernetes.io/job-name': 'j',
          'controller-uid': 'uid-1',
          'job-name': 'j',
        },
        owner: owner('Job', 'j', 'batch/v1'),
      },
    ],
    [
      'a CronJob',
      `{apiVersion: batch/v1, kind: CronJob, metadata: {name: c}, spec: {schedule: "* * * * *", jobTemplate: {spec: {template: {spec: {restartPolicy: OnFailure, containers: ${containers}}}}}}}`,
      {
        name: new RegExp(`^c-\\d{8}-${suffix}$`),
        labels: expect.objectContaining({ 'job-name': expect.stringMatching(/^c-\d{8}$/) as string }) as object,
        owner: owner('Job', expect.stringMatching(/^c-\d{8}$/) as string, 'batch/v1'),
      },
    ],
  ])('%s', (_, text, expected) => {
    const { pod } = only(text);
    expect(pod.metadata.name).toMatch(expected.name instanceof RegExp ? expected.name : new RegExp(`^${expected.name}$`));
    expect(pod.metadata).toMatchObject({ namespace: 'default', uid: expect.stringMatching(/^uid-/) as string });
    expect(pod.metadata.labels).toEqual(expected.labels);
    expect(pod.metadata.ownerReferences?.[0]).toEqual(expected.owner);
    expect(pod.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
    expect(only(text).pod.metadata.name).toBe(pod.metadata.name);
  });

  it('gives the Pod of a StatefulSet its claims and its names', () => {
    const text = `{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: s, namespace: ns}, spec: {serviceName: svc, selector: {matchLabels: {app: a}},
      volumeClaimTemplates: [{metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}],
      template: {metadata: {labels: {app: a}}, spec: {containers: [{name: c, image: i, volumeMounts: [{name: data, mountPath: /d}, {name: tmp, mountPath: /t}]}],
        volumes: [{name: tmp, emptyDir: {}}, {name: data, emptyDir: {}}]}}}}`;
    const { pod } = only(text);
    expect(pod.spec).toMatchObject({
      hostname: 's-0',
      subdomain: 'svc',
      volumes: [{ name: 'tmp' }, { name: 'data', persistentVolumeClaim: { claimName: 'data-s-0' } }],
    });
    expect(load(text).references.persistentVolumeClaims.get('ns/data-s-0')?.spec?.resources?.requests).toEqual({ storage: '1Gi' });
  });

  it.each([
    ['defaults', '', { backoffLimit: 6 }],
    [
      'what is set',
      'backoffLimit: 0, activeDeadlineSeconds: 5, suspend: true, completions: 3, ',
      { backoffLimit: 0, activeDeadlineSeconds: 5, suspend: true },
    ],
  ])('tells how a Job ends: %s', (_, fields, job) => {
    const text = `{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {${fields}template: {spec: {restartPolicy: Never, containers: ${containers}}}}}`;
    expect(only(text).job).toEqual(job);
  });

  it('gives the Pod of an Indexed Job its index', () => {
    const text = `{apiVersion: batch/v1, kind: Job, metadata: {name: j}, spec: {completionMode: Indexed, completions: 2, template: {spec: {restartPolicy: Never, containers: ${containers}}}}}`;
    const { pod } = only(text);
    expect(pod.metadata.annotations).toEqual({ 'batch.kubernetes.io/job-completion-index': '0' });
    expect(pod.spec.hostname).toBe('j-0');
    expect(pod.spec.containers[0]?.env?.[0]?.name).toBe('JOB_COMPLETION_INDEX');
  });

  it('does not heed what only the API server sets', () => {
    const { pod } = only(
      `{apiVersion: v1, kind: Pod, metadata: {name: p, uid: x, resourceVersion: "5", creationTimestamp: 2024-01-01T00:00:00Z}, spec: {containers: ${containers}}, status: {phase: Running}}`,
    );
    expect(pod.metadata).toEqual({ name: 'p', namespace: 'default', uid: 'uid-1' });
    expect(pod.status).toEqual({ phase: 'Pending', qosClass: 'BestEffort' });
  });
});

describe('errors', () => {
  const found = (text: string): string[] => {
    const { items, problems } = load(text);
    return [
      ...items
        .flatMap(({ errors }) => errors)
        .map(
          ({ line, column, message, suggestion }) => `${line}:${column} ${message}${suggestion === undefined ? '' : ` (${suggestion})`}`,
        ),
      ...problems.map(({ line, column, object, message }) => `${line}:${column} [${object ?? ''}] ${message}`),
    ];
  };

  it.each<[string, string, string[]]>([
    [
      'strict and validation errors of one Pod',
      'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  foo: 1\n  containers: []\n',
      ['5:3 strict decoding error: unknown field "spec.foo"', '6:3 spec.containers: Required value'],
    ],
    [
      'a wrong type alone',
      'apiVersion: v1\nkind: Pod\nspec:\n  foo: 1\n  containers: 5\n',
      ['5:3 json: cannot unmarshal number into Go struct field PodSpec.spec.containers of type []v1.Container'],
    ],
    [
      'a template: where it stands in the object',
      'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  selector: {matchLabels: {app: a}}\n  template:\n    metadata: {labels: {app: b}}\n    spec:\n      restartPolicy: Never\n      activeDeadlineSeconds: 5\n      containers:\n        - image: x\n',
      [
        '8:16 spec.template.metadata.labels: Invalid value: {"app":"b"}: `selector` does not match template `labels`',
        '10:7 spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        '11:7 spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
        '13:11 spec.template.spec.containers[0].name: Required value',
      ],
    ],
    [
      'no selector, no template',
      'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: d}\nspec: {}\n',
      ['4:1 spec.selector: Required value', '4:1 spec.template.spec.containers: Required value'],
    ],
    [
      'a Job that would restart for ever',
      `apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  backoffLimit: -1\n  template:\n    spec: {containers: ${containers}}\n`,
      [
        '5:3 spec.backoffLimit: Invalid value: -1: must be greater than or equal to 0',
        '7:5 spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
      ],
    ],
    [
      'a CronJob without a schedule',
      `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: j}\nspec:\n  jobTemplate:\n    spec:\n      template:\n        spec: {restartPolicy: Never, containers: [{name: A, image: i}]}\n`,
      [
        '4:1 spec.schedule: Required value',
        expect.stringMatching(/^8:52 spec\.jobTemplate\.spec\.template\.spec\.containers\[0\]\.name: Invalid value: "A"/) as string,
      ],
    ],
    [
      'an invalid name, once',
      `apiVersion: batch/v1\nkind: Job\nmetadata: {name: A_}\nspec: {template: {spec: {restartPolicy: Never, containers: ${containers}}}}\n`,
      [expect.stringMatching(/^3:12 metadata\.name: Invalid value: "A_"/) as string],
    ],
    [
      'an item of a List',
      'kind: List\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: p}\n  spec: {containers: [], containers: []}\n',
      ['7:26 strict decoding error: duplicate field "spec.containers"', '7:26 spec.containers: Required value'],
    ],
    [
      'an old version',
      'kind: Deployment\napiVersion: extensions/v1beta1\n',
      ['2:1 no matches for kind "Deployment" in version "extensions/v1beta1" (apps/v1)'],
    ],
    ['no kind', 'apiVersion: v1\n', ["1:1 [] Object 'Kind' is missing"]],
    ['no version', 'kind: Pod\n', ["1:1 [] Object 'apiVersion' is missing"]],
    [
      'a kind that is no text',
      'kind: 5\napiVersion: v1\n',
      ["1:1 [] couldn't get version/kind; json parse error: json: cannot unmarshal number into Go struct field .kind of type string"],
    ],
    ['no object', '- a\n- b\n', ['1:1 [] expected an object with apiVersion and kind, found an array']],
    [
      'an object that Pods refer to',
      'kind: ConfigMap\napiVersion: v1\nmetadata: {}\nbinaryDat: {}\n',
      [
        '4:1 [ConfigMap] strict decoding error: unknown field "binaryDat"',
        '3:1 [ConfigMap] metadata.name: Required value: name or generateName is required',
      ],
    ],
  ])('%s', (_, text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('leaves kinds out that are no concern of Pods, and says so once', () => {
    const { notes, items, problems, objectCount } = load(
      'kind: Ingress\napiVersion: networking.k8s.io/v1\n---\nkind: Ingress\napiVersion: networking.k8s.io/v1\n---\nkind: Service\napiVersion: serving.knative.dev/v1\n',
    );
    expect({ notes, items, problems, objectCount }).toEqual({
      notes: ['left out, since they neither are Pods nor belong to Pods: 2 Ingress, Service'],
      items: [],
      problems: [],
      objectCount: 3,
    });
  });

  it('places warnings', () => {
    const text = `kind: Job\napiVersion: batch/v1\nmetadata: {name: j}\nspec:\n  template:\n    spec:\n      restartPolicy: Never\n      containers:\n        - name: c\n          image: i\n          env:\n            - {name: A, value: x}\n            - {name: A, value: z}\n`;
    expect(load(text).items[0]?.warnings).toEqual([
      {
        line: 13,
        column: 15,
        message: 'spec.template.spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
      },
    ]);
  });
});
