import { expect, test } from 'vitest';
import { parseImageReference } from '../../src/pod/image-reference.ts';

const sha = `sha256:${'a'.repeat(64)}`;

test.each([
  ['busybox', { domain: 'docker.io', path: 'library/busybox', tag: 'latest' }],
  ['busybox:1.36', { domain: 'docker.io', path: 'library/busybox', tag: '1.36' }],
  ['my/app', { domain: 'docker.io', path: 'my/app', tag: 'latest' }],
  ['localhost/app', { domain: 'localhost', path: 'app', tag: 'latest' }],
  ['localhost:5000/a/b:x', { domain: 'localhost:5000', path: 'a/b', tag: 'x' }],
  ['ghcr.io/a/b', { domain: 'ghcr.io', path: 'a/b', tag: 'latest' }],
  ['docker.io/busybox', { domain: 'docker.io', path: 'library/busybox', tag: 'latest' }],
  ['index.docker.io/a/b', { domain: 'docker.io', path: 'a/b', tag: 'latest' }],
  [`a@${sha}`, { domain: 'docker.io', path: 'library/a', digest: sha }],
  [`a:1@${sha}`, { domain: 'docker.io', path: 'library/a', tag: '1', digest: sha }],
  ['[::1]:5000/a', { domain: '[::1]:5000', path: 'a', tag: 'latest' }],
  ['a__b-.c', undefined],
  ['', undefined],
  ['A', undefined],
  ['a b', undefined],
  [' a', undefined],
  ['a:', undefined],
  ['a:x:y', undefined],
  ['a@sha256:abc', undefined],
  [`a@sha256:${'a'.repeat(63)}`, undefined],
  ['a'.repeat(64), undefined],
  ['x'.repeat(256), undefined],
])('%s', (image, reference) => {
  expect(parseImageReference(image)).toEqual(reference);
});
