import { describe, expect, test } from 'vitest';
import type { PodSecurityContext, SecurityContext } from '../../../src/pod/types.ts';
import { containerSecurity } from '../../../src/runtimes/containers/security-context.ts';
import { makeContainer, makePod } from '../../fixtures/pod.ts';

const facts = { features: { seccomp: true, apparmor: true }, seccompFolder: '/profiles' };
const plain = {
  runAsUser: 0,
  supplementalGroups: [],
  privileged: false,
  readOnlyRootFilesystem: false,
  noNewPrivileges: false,
  capabilities: { add: [], drop: [] },
  seccomp: { type: 'Unconfined' },
  apparmor: { type: 'RuntimeDefault' },
  unmaskedProc: false,
};

describe('the security context of a container', () => {
  test.each<[string, PodSecurityContext, SecurityContext, object]>([
    ['nothing', {}, {}, {}],
    ['user of the Pod', { runAsUser: 5, runAsGroup: 6 }, {}, { runAsUser: 5, runAsGroup: 6 }],
    ['user of the container', { runAsUser: 5 }, { runAsUser: 7 }, { runAsUser: 7 }],
    ['groups', { fsGroup: 9, supplementalGroups: [8, 9] }, {}, { supplementalGroups: [9, 8] }],
    ['privileged', {}, { privileged: true }, { privileged: true }],
    ['read-only', {}, { readOnlyRootFilesystem: true }, { readOnlyRootFilesystem: true }],
    ['no escalation', {}, { allowPrivilegeEscalation: false }, { noNewPrivileges: true }],
    ['escalation', {}, { allowPrivilegeEscalation: true }, {}],
    ['capabilities', {}, { capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] } }, { capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] } }],
    ['seccomp of the Pod', { seccompProfile: { type: 'RuntimeDefault' } }, {}, { seccomp: { type: 'RuntimeDefault' } }],
    [
      'seccomp of the container',
      { seccompProfile: { type: 'RuntimeDefault' } },
      { seccompProfile: { type: 'Localhost', localhostProfile: 'a/b.json' } },
      { seccomp: { type: 'Localhost', path: '/profiles/a/b.json' } },
    ],
    [
      'AppArmor',
      {},
      { appArmorProfile: { type: 'Localhost', localhostProfile: 'mine' } },
      { apparmor: { type: 'Localhost', path: 'mine' } },
    ],
    ['proc', {}, { procMount: 'Unmasked' }, { unmaskedProc: true }],
  ])('%s', (_, securityContext, own, expected) => {
    const pod = makePod({ spec: { securityContext } });
    expect(containerSecurity(pod, makeContainer({ securityContext: own }), { uid: 0 }, facts)).toEqual({ ...plain, ...expected });
  });

  test('takes the user of the image where the Pod has none', () => {
    const named = { ...plain, runAsUser: undefined, runAsUserName: 'app' };
    expect(containerSecurity(makePod(), makeContainer(), { username: 'app' }, facts)).toEqual(named);
    expect(containerSecurity(makePod(), makeContainer(), { uid: 33 }, facts)).toEqual({ ...plain, runAsUser: 33 });
  });

  test('asks for no profile where the engine has none', () => {
    const none = { ...facts, features: { seccomp: false, apparmor: false } };
    const pod = makePod({ spec: { securityContext: { seccompProfile: { type: 'RuntimeDefault' } } } });
    expect(containerSecurity(pod, makeContainer(), { uid: 0 }, none)).toEqual({ ...plain, apparmor: { type: 'Unconfined' } });
  });
});
