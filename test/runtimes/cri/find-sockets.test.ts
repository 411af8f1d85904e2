import { expect, test } from 'vitest';
import { findCriSockets, socketPath } from '../../../src/runtimes/cri/find-sockets.ts';

test('what the environment names comes first, and alone', () => {
  const env = { CONTAINER_RUNTIME_ENDPOINT: 'unix:///run/a.sock', CONTAINERD_ADDRESS: '/run/b.sock' };
  expect(findCriSockets(env)).toEqual(['/run/a.sock', '/run/b.sock']);
  expect(findCriSockets({ CONTAINER_RUNTIME_ENDPOINT: '', CONTAINERD_ADDRESS: '/run/b.sock' })).toEqual(['/run/b.sock']);
});

test.each([
  ['unix:///run/a.sock', '/run/a.sock'],
  ['unix:/run/a.sock', '/run/a.sock'],
  ['/run/a.sock', '/run/a.sock'],
])('the address %s is the path %s', (address, path) => {
  expect(socketPath(address)).toBe(path);
});

test.each(['tcp://127.0.0.1:1', 'run/a.sock', 'unix://host/path', 'npipe:////./pipe/x'])('the address %s is refused', (address) => {
  expect(() => socketPath(address)).toThrow(
    `the address ${JSON.stringify(address)} of the container engine must be unix:///path/of/a/socket`,
  );
});
