import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PullError } from '../../../src/runtimes/containers/container-engine.ts';
import type { Secret } from '../../../src/pod/types.ts';
import { makeContainer, makeMetadata, makePod, makeReferences } from '../../fixtures/pod.ts';
import { makeDriver } from './driver.ts';
import { FakeEngine, makeImage } from './fake-engine.ts';

const present = 'app:1';
const absent = 'other:2';

function makeEngine(): FakeEngine {
  const engine = new FakeEngine();
  for (const image of ['docker.io/library/app:1', 'docker.io/library/other:2']) engine.registry.set(image, { image: makeImage({ image }) });
  return engine;
}

describe('the pull policy', () => {
  test.each([
    ['IfNotPresent', present, true, []],
    ['IfNotPresent', absent, false, ['pull docker.io/library/other:2 anonymous']],
    ['Always', present, false, ['pull docker.io/library/app:1 anonymous']],
    ['Never', present, true, []],
  ] as const)('%s, %s', async (imagePullPolicy, image, alreadyPresent, calls) => {
    const driver = await makeDriver(makePod(), { engine: makeEngine() });
    const pulled = await driver.pod.ensureImage(makeContainer({ image, imagePullPolicy }), () => undefined);
    expect(pulled.alreadyPresent).toBe(alreadyPresent);
    expect(driver.engine.calls).toEqual(calls);
  });
});

describe('an image that cannot be had', () => {
  test.each([
    [absent, 'Never', undefined, 'ErrImageNeverPull', 'Container image "other:2" is not present with pull policy of Never'],
    ['Bad', 'Always', undefined, 'InvalidImageName', 'Failed to apply default image tag "Bad": couldn\'t parse image name "Bad": '],
    [absent, 'Always', new PullError('not-found', 'no such image'), 'ErrImagePull', 'no such image'],
    [absent, 'Always', new Error('broken'), 'ErrImagePull', 'broken'],
    [absent, 'Always', new Error('404:\n<html>\n  Not here\n'), 'ErrImagePull', '404: <html> Not here'],
    [absent, 'Always', new Error('x'.repeat(5000)), 'ErrImagePull', `${'x'.repeat(1000)}...`],
    [
      absent,
      'Always',
      new PullError('unavailable', 'refused'),
      'RegistryUnavailable',
      'image pull failed for other:2 because the registry is unavailable: refused',
    ],
    [
      absent,
      'Always',
      new PullError('signature', 'not signed'),
      'SignatureValidationFailed',
      'image pull failed for other:2 because the signature validation failed: not signed',
    ],
  ])('%s, %s, %s', async (image, imagePullPolicy, error, reason, message) => {
    const driver = await makeDriver(makePod(), { engine: makeEngine() });
    if (error !== undefined) driver.engine.onPull = () => Promise.reject(error);
    const failure = driver.pod.ensureImage(makeContainer({ image, imagePullPolicy }), () => undefined);
    await expect(failure).rejects.toMatchObject({ reason, message: expect.stringContaining(message) as unknown });
  });
});

test('containers that wait for one image share its pull and hear how far it is', async () => {
  const engine = makeEngine();
  let finish: () => void = () => undefined;
  engine.onPull = (_, { progress }) => {
    progress({ layers: [{ id: 'a', state: 'downloading', currentBytes: 1, totalBytes: 2 }] });
    return new Promise((resolve) => (finish = resolve));
  };
  const driver = await makeDriver(makePod(), { engine });
  const begun: string[] = [];
  const pulls = ['a', 'b'].map((name) => driver.pod.ensureImage(makeContainer({ name, image: absent }), () => begun.push(name)));
  await new Promise((resolve) => setImmediate(resolve));
  finish();
  await Promise.all(pulls);
  expect(begun).toEqual(['a', 'b']);
  expect(engine.calls).toEqual(['pull docker.io/library/other:2 anonymous']);
  expect(driver.progress).toHaveLength(2);
});

test('the pulls of a Pod end with it', async () => {
  const engine = makeEngine();
  engine.onPull = (_, { signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
  const driver = await makeDriver(makePod(), { engine });
  const pull = driver.pod.ensureImage(makeContainer({ image: absent }), () => undefined);
  const failed = expect(pull).rejects.toMatchObject({ reason: 'ErrImagePull', message: 'aborted' });
  await new Promise((resolve) => setImmediate(resolve));
  await driver.pod.removePod();
  await failed;
});

describe('the credentials', () => {
  const registry = 'registry.example:5000/team/app:1';
  const login = (user: string): object => ({ auth: Buffer.from(`${user}:${user}-password`).toString('base64') });
  const secret = (name: string, auths: object): Secret => ({
    metadata: makeMetadata(name),
    data: { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') },
  });

  async function pullWith(password: string, secrets: readonly Secret[]): Promise<{ calls: readonly string[]; message: string }> {
    const engine = makeEngine();
    engine.registry.set(registry, { image: makeImage(), password });
    const references = makeReferences({ secrets });
    const imagePullSecrets = secrets.map(({ metadata }) => ({ name: metadata?.name ?? '' }));
    const driver = await makeDriver(makePod({ spec: { imagePullSecrets } }), { engine, references, env: {} });
    writeFileSync(join(driver.stateDirectory, 'config.json'), JSON.stringify({ auths: { 'registry.example:5000': login('own') } }));
    const again = await makeDriver(makePod({ spec: { imagePullSecrets } }), {
      engine,
      references,
      env: { DOCKER_CONFIG: driver.stateDirectory },
    });
    const message = await again.pod
      .ensureImage(makeContainer({ image: registry }), () => undefined)
      .then(
        () => '',
        (error: unknown) => (error as Error).message,
      );
    return { calls: engine.calls, message };
  }

  test("are the Pod's secrets, then the user's own, then none", async () => {
    const secrets = [
      secret('one', { 'registry.example:5000': login('host'), 'other.example': login('stranger') }),
      secret('two', { 'https://registry.example:5000/team': login('team') }),
    ];
    const { calls, message } = await pullWith('nobody-has-it', secrets);
    expect(calls).toEqual(['team', 'host', 'own', 'anonymous'].map((user) => `pull ${registry} ${user}`));
    expect(message).toBe(`[${['team', 'host', 'own'].map((user) => `${registry}: unauthorized for ${user}`).join(', ')}]`);
  });

  test('are tried until one will do', async () => {
    const { calls, message } = await pullWith('own-password', [secret('one', { '*.example:5000': login('host') })]);
    expect(calls).toEqual([`pull ${registry} host`, `pull ${registry} own`]);
    expect(message).toBe('');
  });
});
