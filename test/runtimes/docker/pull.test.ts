import { expect, test } from 'vitest';
import { asPullError } from '../../../src/runtimes/docker/pull-error.ts';
import { PullLayers } from '../../../src/runtimes/docker/pull-layers.ts';

test.each([
  ['manifest for 127.0.0.1:5000/no/such:1 not found: manifest unknown: manifest unknown', 'not-found'],
  ["pull access denied for x/y, repository does not exist or may require 'docker login': denied: requested access", 'unauthorized'],
  ['Get "http://127.0.0.1:5000/v2/": no basic auth credentials', 'unauthorized'],
  ['reading manifest 1 in 127.0.0.1:5000/a: unauthorized: authentication required', 'unauthorized'],
  ['received unexpected HTTP status: 503 Service Unavailable', 'unavailable'],
  ['reading manifest 1 in 127.0.0.1:5000/a: StatusCode: 404, <html>', 'not-found'],
  ['requesting bearer token: invalid status code from registry 403 (Forbidden)', 'unauthorized'],
  ['dial tcp 127.0.0.1:1: connect: connection refused', 'other'],
  ['initializing source docker://127.0.0.1:502/a/401:503: connect: connection refused', 'other'],
])('%s', (message, kind) => {
  expect(asPullError(message)).toMatchObject({ kind, message });
});

test('layers keep their order and their sizes', () => {
  const layers = new PullLayers();
  const messages = [
    { status: 'Pulling from library/busybox', id: '1.36' },
    { status: 'Pulling fs layer', id: 'aa' },
    { status: 'Already exists', id: 'bb' },
    { status: 'Downloading', id: 'aa', progressDetail: { current: 5, total: 10 } },
  ];
  expect(messages.map((message) => layers.take(message))).toEqual([false, true, true, true]);
  expect(layers.progress()).toEqual({
    layers: [
      { id: 'aa', state: 'downloading', currentBytes: 5, totalBytes: 10 },
      { id: 'bb', state: 'complete', currentBytes: 0, totalBytes: 0 },
    ],
  });
  expect(layers.take({ status: 'Retrying in 5 seconds', id: 'aa' })).toBe(true);
  expect(layers.progress().layers[0]).toEqual({ id: 'aa', state: 'waiting', currentBytes: 0, totalBytes: 10 });
  layers.take({ status: 'Download complete', id: 'aa' });
  layers.take({ status: 'Extracting', id: 'aa', progressDetail: { current: 4, total: 10 } });
  layers.take({ status: 'Pull complete', id: 'aa' });
  expect(layers.progress().layers[0]).toEqual({ id: 'aa', state: 'complete', currentBytes: 10, totalBytes: 10 });
});
