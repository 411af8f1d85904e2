import { describe, expect, test } from 'vitest';
import { loginHosts, matchingLogins } from '../../../../src/runtimes/containers/credentials/registry-login.ts';

describe('a login holds for an image', () => {
  test.each([
    ['https://index.docker.io/v1/', 'docker.io/library/busybox:1.36', true],
    ['docker.io', 'docker.io/library/busybox:1.36', true],
    ['quay.io', 'docker.io/library/busybox:1.36', false],
    ['quay.io', 'quay.io/a/b:1', true],
    ['quay.io/a', 'quay.io/a/b@sha256:0', true],
    ['quay.io/b', 'quay.io/a/b:1', false],
    ['*.example', 'registry.example/a:1', true],
    ['*.example', 'a.registry.example/a:1', false],
    ['*.registry.example', 'a.registry.example/a:1', true],
    ['registry.example', 'registry.example:5000/a:1', false],
    ['registry.example:5000', 'registry.example:5000/a:1', true],
    ['http://localhost:5055/v2/', 'localhost:5055/a:1', true],
    ['127.0.0.1:5055', '127.0.0.1:5055/library/a:1', true],
    ['[', 'registry.example/a:1', false],
  ])('%s, %s: %j', (pattern, image, isFor) => {
    const auth = { serverAddress: pattern };
    expect(matchingLogins(image, [{ pattern, auth }])).toEqual(isFor ? [auth] : []);
  });
});

test('the names under which a program may keep the login of Docker Hub', () => {
  expect(loginHosts('docker.io/library/busybox:1.36')).toEqual(['https://index.docker.io/v1/', 'index.docker.io', 'docker.io']);
  expect(loginHosts('registry.example:5000/a:1')).toEqual(['registry.example:5000', 'https://registry.example:5000']);
});
