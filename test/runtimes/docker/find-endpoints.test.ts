import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findDockerEndpoints } from '../../../src/runtimes/docker/find-endpoints.ts';

let home = '';
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'outrider-home-'))));
afterEach(() => rmSync(home, { recursive: true }));

test('without a word of the user, the usual sockets', () => {
  expect(findDockerEndpoints({ XDG_RUNTIME_DIR: '/run/user/7' }, home).map(({ name, address }) => `${name} ${address}`)).toEqual([
    'docker unix:///var/run/docker.sock',
    'docker unix:///run/user/7/docker.sock',
    `docker unix://${home}/.docker/run/docker.sock`,
    `docker unix://${home}/.colima/default/docker.sock`,
    'podman unix:///run/user/7/podman/podman.sock',
    `podman unix://${home}/.local/share/containers/podman/machine/podman.sock`,
    'podman unix:///run/podman/podman.sock',
  ]);
});

test('DOCKER_HOST and CONTAINER_HOST are the only places then, with the TLS files of DOCKER_CERT_PATH', () => {
  const env = { DOCKER_HOST: 'tcp://box:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs', CONTAINER_HOST: 'unix:///p.sock' };
  expect(findDockerEndpoints(env, home)).toEqual([
    {
      name: 'docker',
      address: 'tcp://box:2376',
      tls: { ca: '/certs/ca.pem', cert: '/certs/cert.pem', key: '/certs/key.pem' },
      source: 'DOCKER_HOST',
    },
    { name: 'podman', address: 'unix:///p.sock', source: 'CONTAINER_HOST' },
  ]);
});

test('the current context leads to its host, with its TLS files', () => {
  writeContext('far', { Host: 'tcp://far:2376', SkipTLSVerify: true });
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: 'far' }));
  const ca = join(home, '.docker/contexts/tls', idOf('far'), 'docker/ca.pem');
  mkdirSync(join(ca, '..'), { recursive: true });
  writeFileSync(ca, '');
  expect(findDockerEndpoints({}, home)[0]).toEqual({
    name: 'docker',
    address: 'tcp://far:2376',
    tls: { ca, skipVerify: true },
    source: 'context "far"',
  });
});

test('DOCKER_CONTEXT goes before the current context; default is none', () => {
  writeContext('near', { Host: 'unix:///near.sock' });
  expect(findDockerEndpoints({ DOCKER_CONTEXT: 'near' }, home)[0]).toMatchObject({ address: 'unix:///near.sock' });
  expect(findDockerEndpoints({ DOCKER_CONTEXT: 'default' }, home)[0]).toMatchObject({ source: 'default' });
});

test('a context that does not exist is an error that says where it was expected', () => {
  expect(() => findDockerEndpoints({ DOCKER_CONTEXT: 'none' }, home)).toThrow(
    `the Docker context "none" does not exist (expected at ${home}/.docker/contexts/meta/${idOf('none')}/meta.json): see docker context ls`,
  );
});

function writeContext(name: string, docker: object): void {
  const folder = join(home, '.docker/contexts/meta', idOf(name));
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker } }));
}

function idOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}
