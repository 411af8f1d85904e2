import { describe, expect, test } from 'vitest';
import { everybody, identities, root, runScenario, shell, subordinate, type Identity } from './scenario.ts';

const capabilities = { CHOWN: 0, KILL: 5, NET_BIND_SERVICE: 10, NET_ADMIN: 12, MKNOD: 27 };
const script = 'id -u; id -g; id -G; grep CapBnd /proc/self/status | cut -f2; grep NoNewPrivs /proc/self/status | cut -f2';

interface Who {
  readonly uid: number;
  readonly gid: number;
  readonly groups: number[];
  readonly capabilities: string[];
  readonly noNewPrivs: boolean;
}

async function who(identity: Identity, securityContext: object, podSecurityContext: object = {}, standIn?: object): Promise<Who> {
  const { output, failures } = await runScenario(identity, {
    ...(standIn !== undefined && { standIns: { images: { 'busybox:1.36': standIn } } }),
    spec: { securityContext: podSecurityContext, containers: [shell('c', script, { securityContext })] },
  });
  expect(failures).toEqual({});
  const [uid = '', gid = '', groups = '', bounding = '', noNewPrivs = ''] = output['c'] ?? [];
  const bits = BigInt(`0x${bounding}`);
  return {
    uid: Number(uid),
    gid: Number(gid),
    groups: groups.split(' ').map(Number),
    capabilities: Object.entries(capabilities).flatMap(([name, bit]) => ((bits >> BigInt(bit)) & 1n ? [name] : [])),
    noNewPrivs: noNewPrivs === '1',
  };
}

const usual = { uid: 0, gid: 0, groups: [0], capabilities: ['CHOWN', 'KILL', 'NET_BIND_SERVICE'], noNewPrivs: false };
const withIds = everybody.filter(({ uid }) => uid === root?.uid || uid === subordinate?.uid);

describe.each(withIds)('the user of a container of $name', (identity) => {
  test.each<[string, object, object, object | undefined, Partial<Who>]>([
    ['root unless something else is said', {}, {}, undefined, {}],
    ['the container', { runAsUser: 1234, runAsGroup: 1235 }, { runAsUser: 1 }, undefined, { uid: 1234, gid: 1235, groups: [1235] }],
    ['the Pod', {}, { runAsUser: 1234 }, undefined, { uid: 1234 }],
    [
      'the groups of the Pod',
      {},
      { runAsUser: 1234, runAsGroup: 7, supplementalGroups: [8, 9] },
      undefined,
      { uid: 1234, gid: 7, groups: [7, 8, 9] },
    ],
    ['the image, by name', {}, {}, { User: 'daemon' }, { uid: 1, gid: 1, groups: [1] }],
    ['the image, by number and group', {}, {}, { User: '1234:bin' }, { uid: 1234, gid: 2, groups: [2] }],
    ['the container over the image', { runAsUser: 2 }, {}, { User: 'daemon' }, { uid: 2, gid: 2, groups: [2] }],
    ['nothing dropped for nobody', { capabilities: { drop: ['ALL'] } }, {}, undefined, { capabilities: [] }],
    [
      'some added',
      { capabilities: { drop: ['ALL'], add: ['NET_ADMIN', 'CHOWN'] } },
      {},
      undefined,
      { capabilities: ['CHOWN', 'NET_ADMIN'] },
    ],
    ['one dropped', { capabilities: { drop: ['KILL'] } }, {}, undefined, { capabilities: ['CHOWN', 'NET_BIND_SERVICE'] }],
    ['all of them', { privileged: true }, {}, undefined, { capabilities: Object.keys(capabilities) }],
    ['no escalation', { allowPrivilegeEscalation: false }, {}, undefined, { noNewPrivs: true }],
  ])('is as said: %s', async (_, container, pod, standIn, expected) => {
    expect(await who(identity, container, pod, standIn)).toEqual({
      ...usual,
      ...(expected.gid === undefined && expected.uid !== undefined && { groups: [0] }),
      ...expected,
    });
  });

  test('can give files to others', async () => {
    const mounts = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
    const outcome = await runScenario(identity, {
      spec: {
        volumes: [{ name: 'v', emptyDir: {} }],
        initContainers: [shell('fix', 'chown -R 1000:1000 /v', { ...mounts, securityContext: { runAsUser: 0 } })],
        containers: [shell('c', 'touch /v/mine && stat -c %u /v/mine', { ...mounts, securityContext: { runAsUser: 1000 } })],
      },
    });
    expect(outcome.output['c']).toEqual(['1000']);
  });
});

describe.each(everybody.filter(({ uid }) => uid === 65534))('a container of $name', (identity) => {
  test('is shown the user that it asks for, and owns what the user owns', async () => {
    const { output } = await runScenario(identity, {
      spec: {
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [
          shell('c', 'id -u; id -g; touch /v/f && stat -c "%u %g" /v/f', {
            securityContext: { runAsUser: 1234, runAsGroup: 99 },
            volumeMounts: [{ name: 'v', mountPath: '/v' }],
          }),
        ],
      },
    });
    expect(output['c']).toEqual(['1234', '99', '1234 99']);
  });
});

describe.each(identities)('runAsNonRoot of $name', (identity) => {
  test.each([
    [
      { runAsNonRoot: true },
      undefined,
      'container has runAsNonRoot and image will run as root (pod: "pod_default(01234567-89ab-cdef-0123-456789abcdef)", container: c)',
    ],
    [
      { runAsNonRoot: true },
      'daemon',
      'container has runAsNonRoot and image has non-numeric user (daemon), cannot verify user is non-root (pod: "pod_default(01234567-89ab-cdef-0123-456789abcdef)", container: c)',
    ],
  ])('refuses root: %j, image user %s', async (securityContext, User, message) => {
    const { failures } = await runScenario(identity, {
      standIns: { images: { 'busybox:1.36': User === undefined ? {} : { User } } },
      spec: { containers: [shell('c', 'true', { securityContext })] },
    });
    expect(failures['c']).toEqual({ reason: 'CreateContainerConfigError', message });
  });

  test('names a user that the image does not know', async () => {
    const { failures } = await runScenario(identity, {
      standIns: { images: { 'busybox:1.36': { User: 'nosuchuser' } } },
      spec: { containers: [shell('c', 'true')] },
    });
    expect(failures['c']).toEqual({
      reason: 'CreateContainerConfigError',
      message: 'unable to find user nosuchuser: no matching entries in /etc/passwd',
    });
  });
});
