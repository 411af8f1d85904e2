import { describe, expect, test } from 'vitest';
import { effectiveSecurityContext, imageUser, supplementalGroups, verifyRunAsNonRoot } from '../../src/pod/security-context.ts';
import type { PodSecurityContext, SecurityContext } from '../../src/pod/types.ts';
import { makeContainer, makePod } from '../fixtures/pod.ts';

const build = (podContext: PodSecurityContext, context?: SecurityContext) => {
  const container = makeContainer(context === undefined ? {} : { securityContext: context });
  return { container, pod: makePod({ spec: { containers: [container], securityContext: podContext } }) };
};

test.each<[string, PodSecurityContext, SecurityContext | undefined, SecurityContext]>([
  ['nothing', {}, undefined, {}],
  [
    "the Pod's",
    { runAsUser: 1, runAsGroup: 2, runAsNonRoot: true, fsGroup: 3 },
    undefined,
    { runAsUser: 1, runAsGroup: 2, runAsNonRoot: true },
  ],
  [
    "the container's over it",
    { runAsUser: 1, runAsGroup: 2 },
    { runAsUser: 0, privileged: true },
    { runAsUser: 0, runAsGroup: 2, privileged: true },
  ],
  ['false overrides true', { runAsNonRoot: true }, { runAsNonRoot: false }, { runAsNonRoot: false }],
])('effective values: %s', (_, podContext, context, expected) => {
  const { pod, container } = build(podContext, context);
  expect(effectiveSecurityContext(pod, container)).toEqual(expected);
});

test('fsGroup is one of the supplemental groups of every container', () => {
  expect(supplementalGroups(makePod())).toEqual([]);
  expect(supplementalGroups(build({ fsGroup: 5, supplementalGroups: [7, 5] }).pod)).toEqual([5, 7]);
});

test.each([
  [undefined, { uid: 0 }],
  ['', { uid: 0 }],
  ['1000', { uid: 1000 }],
  ['1000:2000', { uid: 1000 }],
  ['app', { username: 'app' }],
  ['app:web', { username: 'app' }],
])('image user %j', (user, expected) => {
  expect(imageUser(user)).toEqual(expected);
});

describe('runAsNonRoot', () => {
  const where = '(pod: "web_default(uid-1)", container: app)';

  test.each([
    ['not asked for', {}, { uid: 0 }],
    ['a user of its own', { runAsNonRoot: true, runAsUser: 5 }, { uid: 0 }],
    ['a numeric image user', { runAsNonRoot: true }, { uid: 5 }],
    ['an unknown image user', { runAsNonRoot: true }, {}],
  ])('allows %s', (_, podContext, image) => {
    const { pod, container } = build(podContext);
    expect(() => verifyRunAsNonRoot(pod, container, image)).not.toThrow();
  });

  test.each([
    [{ runAsUser: 0 }, { uid: 5 }, `container's runAsUser breaks non-root policy ${where}`],
    [{}, { uid: 0 }, `container has runAsNonRoot and image will run as root ${where}`],
    [{}, { username: 'app' }, `container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root ${where}`],
  ])('refuses %j with image user %j', (context, image, message) => {
    const { pod, container } = build({ runAsNonRoot: true }, context);
    expect(() => verifyRunAsNonRoot(pod, container, image)).toThrow(message);
  });
});
