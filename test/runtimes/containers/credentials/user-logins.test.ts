import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { userLogins } from '../../../../src/runtimes/containers/credentials/user-logins.ts';

const image = 'registry.example/app:1';

describe('the logins of the user', () => {
  let folder = '';
  let warnings: string[] = [];
  const env = (changes: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv => ({
    PATH: `${folder}:${process.env['PATH'] ?? ''}`,
    HOME: folder,
    XDG_RUNTIME_DIR: folder,
    ...changes,
  });
  const write = (path: string, content: unknown): void => {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
  };
  const logins = (changes?: NodeJS.ProcessEnv) => userLogins(image, env(changes), (line) => warnings.push(line));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'outrider-logins-'));
    warnings = [];
    const helper = '#!/bin/sh\nread -r server\n[ "$1 $server" = "get registry.example" ] || { echo "credentials not found"; exit 1; }\n';
    writeFileSync(join(folder, 'docker-credential-test'), `${helper}echo '{"ServerURL":"x","Username":"helped","Secret":"s"}'\n`, {
      mode: 0o755,
    });
    writeFileSync(join(folder, 'docker-credential-token'), `${helper}echo '{"Username":"<token>","Secret":"t"}'\n`, { mode: 0o755 });
  });

  test('are those of docker login, then those of podman login', async () => {
    write('.docker/config.json', { auths: { 'registry.example': { auth: Buffer.from('docker:a:b').toString('base64') } } });
    write('containers/auth.json', { auths: { 'registry.example/app': { username: 'podman', password: 'p' } } });
    expect(await logins()).toEqual([
      { serverAddress: 'registry.example', username: 'docker', password: 'a:b' },
      { serverAddress: 'registry.example/app', username: 'podman', password: 'p' },
    ]);
    expect(await logins({ DOCKER_CONFIG: join(folder, 'nowhere'), REGISTRY_AUTH_FILE: join(folder, 'nowhere') })).toEqual([]);
  });

  test.each([
    [{ credHelpers: { 'registry.example': 'test' } }, [{ serverAddress: 'registry.example', username: 'helped', password: 's' }]],
    [{ credsStore: 'token' }, [{ serverAddress: 'registry.example', identityToken: 't' }]],
    [{ credHelpers: { 'other.example': 'test' } }, []],
    [{ credsStore: 'missing' }, []],
    [{ credsStore: '../evil' }, []],
    [{ auths: { 'registry.example': {} }, credsStore: 'test' }, [{ serverAddress: 'registry.example', username: 'helped', password: 's' }]],
  ])('may be with a program that keeps them: %j', async (config, expected) => {
    write('.docker/config.json', config);
    expect(await logins()).toEqual(expected);
  });

  test('that cannot be read are named without a word of them', async () => {
    write('.docker/config.json', '{"auths": secret');
    expect(await logins()).toEqual([]);
    expect(warnings).toEqual([`the logins in ${join(folder, '.docker/config.json')} are not used: it is not JSON`]);
  });
});
