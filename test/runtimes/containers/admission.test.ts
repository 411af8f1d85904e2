import { describe, expect, test } from 'vitest';
import type { Container, PodSpec } from '../../../src/pod/types.ts';
import { admitPod } from '../../../src/runtimes/containers/admission.ts';
import { makeContainer, makePod } from '../../fixtures/pod.ts';
import { FakeEngine } from './fake-engine.ts';

const none = new FakeEngine({ seccomp: false, apparmor: false });
const all = new FakeEngine({ canMount: true, imageVolumes: true });

function fields(spec: Partial<PodSpec>, engine = none, isRoot = false): { refuse: string[]; warn: string[] } {
  const { refuse, warn } = admitPod(makePod({ spec }), engine, isRoot);
  return { refuse: refuse.map(({ field }) => field), warn: warn.map(({ field }) => field) };
}

const podman = new FakeEngine({ ambientCapabilities: true });

const nothing = { refuse: [], warn: [] };
const container = (changes: Partial<Container>): Partial<PodSpec> => ({ containers: [makeContainer(changes)] });

describe('an engine', () => {
  test.each<[Partial<PodSpec>, { refuse?: string[]; warn?: string[] }]>([
    [{}, {}],
    [{ hostPID: true, hostIPC: true, hostNetwork: true, shareProcessNamespace: true }, {}],
    [{ nodeSelector: { a: 'b' } }, { warn: ['spec.nodeSelector'] }],
    [{ runtimeClassName: 'gvisor' }, { warn: ['spec.runtimeClassName'] }],
    [{ securityContext: { fsGroup: 5 } }, { warn: ['spec.securityContext.fsGroup'] }],
    [{ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }, { refuse: ['spec.securityContext.seccompProfile'] }],
    [{ securityContext: { seccompProfile: { type: 'Unconfined' } } }, {}],
    [
      container({ securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } }),
      { refuse: ['spec.containers[0].securityContext.appArmorProfile'] },
    ],
    [container({ resources: { limits: { cpu: '1', 'example.com/gpu': '1' } } }), { warn: ['spec.containers[0].resources.limits'] }],
    [container({ stdin: true, tty: true, ports: [{ containerPort: 80, hostPort: 8080 }] }), {}],
    [{ volumes: [{ name: 'v', image: { reference: 'a' } }] }, { refuse: ['spec.volumes[0].image'] }],
    [{ volumes: [{ name: 'v', nfs: { server: 's', path: '/' } }] }, { refuse: ['spec.volumes[0].nfs'] }],
    [
      {
        volumes: [{ name: 'v', emptyDir: { medium: 'Memory' } }],
        ...container({ volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 'a' }] }),
      },
      { refuse: ['spec.volumes[0].emptyDir.medium'] },
    ],
  ])('that cannot do much, %j', (spec, expected) => {
    expect(fields(spec)).toEqual({ ...nothing, ...expected });
  });

  test.each<[number | undefined, number | undefined, string[]]>([
    [undefined, undefined, []],
    [1000, undefined, ['spec.containers[0].securityContext.capabilities.add']],
    [undefined, 1000, ['spec.containers[0].securityContext.capabilities.add']],
    [1000, 0, []],
  ])('with ambient capabilities, for the users %j of the Pod and %j of the container', (podUser, runAsUser, warn) => {
    const securityContext = { capabilities: { add: ['NET_ADMIN'] }, ...(runAsUser !== undefined && { runAsUser }) };
    const spec = { securityContext: podUser === undefined ? {} : { runAsUser: podUser }, ...container({ securityContext }) };
    expect([fields(spec, podman), fields(spec, all)]).toEqual([{ ...nothing, warn }, nothing]);
  });

  test.each<Partial<PodSpec>>([
    { securityContext: { fsGroup: 5, seccompProfile: { type: 'RuntimeDefault' } } },
    {
      volumes: [
        { name: 'v', image: { reference: 'a' } },
        { name: 'm', emptyDir: { medium: 'Memory' } },
      ],
    },
    container({ securityContext: { appArmorProfile: { type: 'RuntimeDefault' }, procMount: 'Unmasked' } }),
  ])('of the same machine, as root, honours %j', (spec) => {
    expect(fields(spec, all, true)).toEqual(nothing);
  });
});
