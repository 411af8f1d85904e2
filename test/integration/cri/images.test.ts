import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { PullLayer, PullProgress } from '../../../src/engine/runtime-service.ts';
import type { EngineImage, PullError, RegistryAuth } from '../../../src/runtimes/containers/container-engine.ts';
import { registryAddress, requireEngine, testImage as busybox } from '../../engines/engines.ts';
import { FakeRegistry, stallHalfway } from '../registries/fake-registry.ts';
import { startPrivateRegistry, type PrivateRegistry } from '../registries/private-registry.ts';
import { pushImage } from '../registries/push-image.ts';
import { testImage, type TestImage } from '../registries/test-image.ts';
import { dockerArchive, ociArchive } from './archives.ts';
import { CriFixture, shell } from './fixture.ts';

describe.runIf(requireEngine('containerd', 'the tests of images over the CRI'))('images over the CRI', () => {
  const fixture = new CriFixture();
  const names: string[] = [];
  let registry: PrivateRegistry;

  beforeAll(async () => {
    await fixture.open();
    registry = await startPrivateRegistry(fixture.folder);
  });
  afterAll(async () => {
    await registry.close();
    if (names.length > 0) ctr('images', 'rm', ...names);
    await fixture.close();
  });

  function ctr(...args: string[]): string {
    return execFileSync('ctr', ['-a', fixture.address, '-n', 'k8s.io', ...args], { encoding: 'utf8', stdio: 'pipe' });
  }

  /** A name that no other test has, forgotten at the end. */
  function unique(name: string, host = registryAddress): string {
    const full = `${host}/${fixture.instance}/${name}`;
    names.push(full);
    return full;
  }

  async function pull(reference: string, auth?: RegistryAuth): Promise<{ readonly image: unknown; readonly progress: PullProgress[] }> {
    const progress: PullProgress[] = [];
    const options = { auth, progress: (now: PullProgress) => progress.push(now), signal: new AbortController().signal };
    const image = await fixture.engine.pullImage(reference, options).catch((error: unknown) => {
      const { kind, message } = error as PullError;
      return { kind, message };
    });
    return { image, progress };
  }

  test('an image that is there, with its configuration; one that is not', async () => {
    expect(await fixture.engine.imageStatus(busybox)).toMatchObject({
      image: busybox,
      imageID: expect.stringMatching(/sha256:[0-9a-f]{64}$/) as unknown,
      sizeBytes: expect.any(Number) as unknown,
      config: { user: '', cmd: ['sh'] },
    });
    expect(await fixture.engine.imageStatus('docker.io/library/nothing:here')).toBeUndefined();
  });

  test('loads an archive of docker save, whose image then runs', async () => {
    const image = await testImage(100_000, ['A=1', 'B=2']);
    const other = await testImage(0);
    const file = join(fixture.folder, 'docker.tar');
    const [one, two, three] = [unique('one:1'), unique('two:2'), unique('three:latest')];
    await dockerArchive(file, { [one]: image, [two]: { ...image }, [three.replace(':latest', '')]: other });
    expect(await fixture.engine.loadImages(file)).toEqual([one, two, three]);
    const status = await fixture.engine.imageStatus(one);
    expect(status).toMatchObject({
      imageID: image.id,
      image: one,
      config: { user: '1000', cmd: ['/content'], env: ['A=1', 'B=2'], workingDir: '/', stopSignal: 'SIGINT', volumes: ['/data'] },
    });
    expect((await fixture.engine.imageStatus(three))?.imageID).toBe(other.id);
    // Again: everything is there.
    expect(await fixture.engine.loadImages(file)).toEqual([one, two, three]);
    const saved = join(fixture.folder, 'busybox.tar');
    const renamed = unique('busybox:loaded');
    ctr('images', 'tag', busybox, renamed);
    ctr('images', 'export', saved, renamed);
    ctr('images', 'rm', renamed);
    await vi.waitFor(async () => expect(await fixture.engine.imageStatus(renamed)).toBeUndefined());
    expect(await fixture.engine.loadImages(saved)).toEqual([renamed]);
    const sandbox = await fixture.sandbox('loaded');
    expect((await fixture.run(sandbox, 'loaded', shell('echo runs'), { image: renamed })).log).toEqual(['stdout F runs']);
  });

  test('loads an OCI layout for several platforms, compressed', async () => {
    const image = await testImage(5_000_000);
    const file = join(fixture.folder, 'oci.tar.gz');
    const name = unique('oci:3');
    await ociArchive(file, name, image);
    expect(await fixture.engine.loadImages(file)).toEqual([name]);
    expect((await fixture.engine.imageStatus(name))?.imageID).toBe(image.id);
    // A name that led elsewhere leads to the new image.
    const newer = await testImage(10);
    await ociArchive(file, name, newer);
    await fixture.engine.loadImages(file);
    expect((await fixture.engine.imageStatus(name))?.imageID).toBe(newer.id);
  });

  test('says what is wrong with an archive', async () => {
    const file = join(fixture.folder, 'bad.tar');
    writeFileSync(file, 'no archive at all');
    await expect(fixture.engine.loadImages(file)).rejects.toThrow('it is no tar file, or not a whole one');
    await dockerArchive(file, { 'NOT A NAME': await testImage(10) });
    await expect(fixture.engine.loadImages(file)).rejects.toThrow(/names no image/);
    await expect(fixture.engine.loadImages(join(fixture.folder, 'nowhere.tar'))).rejects.toThrow(/ENOENT/);
  });

  test('pulls from a registry, and tells how far it is', async () => {
    const image = await testImage(30_000_000);
    const name = unique('pulled:1');
    const repository = name.replace(':1', '');
    const digest = await pushImage(registryAddress, repository.replace(`${registryAddress}/`, ''), '1', image);
    names.push(`${repository}@${digest}`, image.id);
    const { image: pulled, progress } = await pull(name);
    expect(pulled).toMatchObject({ image: name, imageID: `${repository}@${digest}`, config: { cmd: ['/content'] } });
    const layers = progress.map((now) => now.layers[0]);
    expect(progress.every((now) => now.layers.length === 1)).toBe(true);
    expect(layers.at(-1)).toMatchObject({ id: expect.stringMatching(/^sha256:/) as unknown, state: 'complete' });
    expect(layers.at(-1)?.currentBytes).toBe(layers.at(-1)?.totalBytes);
    expect(layers.at(-1)?.totalBytes).toBeGreaterThan(30_000_000);
    const order = ['waiting', 'downloading', 'extracting', 'complete'];
    const steps = layers.map((layer) => order.indexOf(layer?.state ?? ''));
    expect(steps).toEqual(steps.toSorted());
  });

  test('tells apart what a registry refuses', async () => {
    expect((await pull(`${registryAddress}/nothing/here:1`)).image).toEqual({
      kind: 'not-found',
      message: expect.stringContaining('not found') as unknown,
    });
    const hidden = unique('hidden:1', registry.address);
    ctr('images', 'tag', busybox, hidden);
    ctr('images', 'push', '--plain-http', '--user', 'user:secret', hidden);
    ctr('images', 'rm', hidden);
    const auth = { serverAddress: registry.address, username: 'user' };
    expect((await pull(hidden)).image).toMatchObject({ kind: 'unauthorized' });
    const wrong = (await pull(hidden, { ...auth, password: 'not-this-one' })).image as PullError;
    expect(wrong.kind).toBe('unauthorized');
    expect(wrong.message).not.toContain('not-this-one');
    expect(wrong.message).not.toContain('\n');
    const { image } = await pull(hidden, { ...auth, password: 'secret' });
    expect(image).toMatchObject({ image: hidden });
    names.push((image as EngineImage).imageID);
    expect((await pull('127.0.0.1:1/nobody/listens:1')).image).toEqual({
      kind: 'other',
      message: expect.stringContaining('connection refused') as unknown,
    });
  });

  test('a pull can be given up', async () => {
    const abort = new AbortController();
    // A registry that takes the connection and never answers.
    const silent = createServer(() => abort.abort());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const name = `127.0.0.1:${(silent.address() as AddressInfo).port}/silent/image:1`;
    const pulling = fixture.engine.pullImage(name, { auth: undefined, progress: () => undefined, signal: abort.signal });
    await expect(pulling).rejects.toMatchObject({ kind: 'other', message: `the pull of ${name} was stopped` });
    silent.close();
  });

  test('what a pull that was given up has left says nothing of how far another one is', async () => {
    const told: PullLayer[] = [];
    const pullHalf = async (image: TestImage): Promise<string> => {
      const registry = await FakeRegistry.start(image, { layer: stallHalfway });
      const abort = new AbortController();
      const progress = ({ layers }: PullProgress): void => {
        told.push(...layers);
        if (layers[0]?.state === 'downloading') abort.abort();
      };
      // The registries have the same name for containerd.
      const name = `${registry.address}/${fixture.instance}/half:1`;
      await expect(fixture.engine.pullImage(name, { auth: undefined, progress, signal: abort.signal })).rejects.toThrow('was stopped');
      await registry.close();
      return registry.layerDigest;
    };
    await pullHalf(await testImage(3_000_000));
    told.length = 0;
    const layer = await pullHalf(await testImage(3_000_000));
    expect(new Set(told.map(({ id }) => id))).toEqual(new Set([layer]));
  });
});
