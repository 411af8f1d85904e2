import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PullError } from '../../../src/runtimes/containers/container-engine.ts';
import type { PullProgress } from '../../../src/engine/runtime-service.ts';
import { registryAddress, requireFile, testImage } from '../../engines/engines.ts';
import { onBothEngines, type EngineFixture } from './fixture.ts';

const busybox = '/bin/busybox';

onBothEngines('images', (fixture) => {
  test('an image that is there tells what it is', async () => {
    expect(await fixture.engine.imageStatus(testImage)).toMatchObject({
      image: testImage,
      imageID: expect.stringMatching(/^(docker\.io\/library\/busybox@)?sha256:[0-9a-f]{64}$/) as string,
      config: { user: '', cmd: ['sh'] },
    });
    expect(await fixture.engine.imageStatus('docker.io/library/no-such-image:1')).toBeUndefined();
  });

  test.runIf(requireFile(busybox, 'loading images', 'install busybox-static'))(
    'an archive is loaded, and a pulled image is used',
    async () => {
      const archive = join(fixture.folder, 'images.tar');
      execFileSync(process.execPath, ['test/engines/busybox-image.mjs', archive]);
      expect(await fixture.engine.loadImages(archive)).toContain(testImage);
    },
  );

  test('pulls that fail say why', async () => {
    const kinds = [];
    for (const image of [`${registryAddress}/no/such:1`, '127.0.0.1:1/none:1']) kinds.push(await failure(fixture, image));
    expect(kinds).toEqual(['not-found', 'other']);
  });

  test('an aborted pull ends', async () => {
    const abort = new AbortController();
    abort.abort();
    const pull = fixture.engine.pullImage(`${registryAddress}/no/such:1`, {
      auth: undefined,
      progress: () => undefined,
      signal: abort.signal,
    });
    await expect(pull).rejects.toThrow('cancelled');
  });
});

async function failure(fixture: EngineFixture, image: string): Promise<string> {
  const seen: PullProgress[] = [];
  const options = { auth: undefined, progress: (progress: PullProgress) => seen.push(progress), signal: new AbortController().signal };
  const error: unknown = await fixture.engine.pullImage(image, options).catch((reason: unknown) => reason);
  return error instanceof PullError ? error.kind : String(error);
}
