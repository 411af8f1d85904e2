import { existsSync, mkdirSync, mkdtempSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Container, Volume, VolumeMount } from '../../../src/pod/types.ts';
import { isMountPoint } from '../../../src/runtimes/containers/mounts.ts';
import { makeContainer, makeMetadata, makePod, makeReferences } from '../../fixtures/pod.ts';
import { makeRunning, type Driver, type Setting } from './driver.ts';
import { FakeEngine } from './fake-engine.ts';

const references = {
  ...makeReferences({
    configMaps: [{ metadata: makeMetadata('cm'), data: { key: 'value' } }],
    secrets: [{ metadata: makeMetadata('secret'), data: { key: Buffer.from('hidden').toString('base64') } }],
  }),
  persistentVolumeClaim: (name: string) => (name === 'claim' ? { metadata: makeMetadata('claim') } : undefined),
};

interface Shown {
  readonly driver: Driver;
  /** What the container has mounted of its volumes. */
  readonly mounts: readonly object[];
}

/** A Pod with one volume, mounted at /mnt. */
async function show(volume: Omit<Volume, 'name'>, mount: Partial<VolumeMount> = {}, setting: Setting = {}): Promise<Shown> {
  const container: Container = makeContainer({ volumeMounts: [{ name: 'v', mountPath: '/mnt', ...mount }] });
  const pod = makePod({ spec: { volumes: [{ name: 'v', ...volume }], containers: [container] } });
  const driver = await makeRunning(pod, { references, ...setting });
  onTestFinished(() => driver.pod.removePod());
  await driver.create(container);
  return { driver, mounts: driver.engine.containerConfigs[0]?.mounts.filter(({ containerPath }) => containerPath === '/mnt') ?? [] };
}

const bind = { type: 'bind', containerPath: '/mnt', readOnly: false, propagation: 'private' };
const folder = ({ driver }: Shown, ...path: string[]): string => join(driver.stateDirectory, 'containers/uid-1', ...path);

describe('a volume', () => {
  test('of kind emptyDir is a folder for everybody', async () => {
    const shown = await show({ emptyDir: {} });
    expect(shown.mounts).toEqual([{ ...bind, hostPath: folder(shown, 'volumes/v') }]);
    expect(statSync(folder(shown, 'volumes/v')).mode & 0o7777).toBe(0o777);
    expect(statSync(folder(shown)).mode & 0o777).toBe(0o700);
  });

  test('of kind emptyDir keeps its content when the Pod is taken over', async () => {
    const shown = await show({ emptyDir: {} });
    writeFileSync(folder(shown, 'volumes/v/file'), 'kept');
    await shown.driver.pod.mountVolumes();
    expect(readFileSync(folder(shown, 'volumes/v/file'), 'utf8')).toBe('kept');
  });

  test.each([
    [{ configMap: { name: 'cm' } }, 'value'],
    [{ secret: { secretName: 'secret' } }, 'hidden'],
  ])('of %j is read-only', async (volume, content) => {
    const shown = await show(volume);
    expect(shown.mounts).toEqual([{ ...bind, readOnly: true, hostPath: folder(shown, 'payloads/v') }]);
    expect(readFileSync(folder(shown, 'payloads/v/key'), 'utf8')).toBe(content);
  });

  test('of a claim outlives the Pod', async () => {
    const shown = await show({ persistentVolumeClaim: { claimName: 'claim' } });
    const path = join(shown.driver.stateDirectory, 'claims/default/claim');
    expect(shown.mounts).toEqual([{ ...bind, hostPath: path }]);
    await shown.driver.pod.removePod();
    expect([existsSync(path), existsSync(folder(shown))]).toEqual([true, false]);
  });

  test('of a claim that is not there fails', async () => {
    await expect(show({ persistentVolumeClaim: { claimName: 'none' } })).rejects.toMatchObject({
      reason: 'FailedMount',
      message: 'persistentvolumeclaim "none" not found',
    });
  });

  test('of kind hostPath is the path itself, checked by its type', async () => {
    const path = mkdtempSync(join(tmpdir(), 'outrider-host-'));
    const { mounts } = await show({ hostPath: { path, type: 'Directory' } }, { mountPropagation: 'HostToContainer', readOnly: true });
    expect(mounts).toEqual([{ ...bind, hostPath: path, readOnly: true, propagation: 'host-to-container' }]);
    await expect(show({ hostPath: { path, type: 'File' } })).rejects.toMatchObject({
      message: `MountVolume.SetUp failed for volume "v" : hostPath type check failed: ${path} is not a file`,
    });
  });

  test('in memory is left to the engine where this program cannot mount', async () => {
    const { mounts } = await show({ emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } });
    expect(mounts).toEqual([{ type: 'memory', volume: 'v', sizeBytes: 1024 ** 2, containerPath: '/mnt', readOnly: false }]);
  });

  test('of an image is left to the engine', async () => {
    const setting = { engine: new FakeEngine({ imageVolumes: true }) };
    const { mounts } = await show({ image: { reference: 'app:1' } }, { subPath: 'bin' }, setting);
    expect(mounts).toEqual([{ type: 'image', image: 'docker.io/library/app:1', subPath: 'bin', containerPath: '/mnt' }]);
  });
});

describe('a part of a volume', () => {
  test('is made where it is missing', async () => {
    const shown = await show({ emptyDir: {} }, { subPath: 'a/b' });
    expect(shown.mounts).toEqual([{ ...bind, hostPath: folder(shown, 'volumes/v/a/b') }]);
    expect(statSync(folder(shown, 'volumes/v/a/b')).mode & 0o777).toBe(0o777);
  });

  test('never leads out of the volume', async () => {
    const path = mkdtempSync(join(tmpdir(), 'outrider-host-'));
    symlinkSync('/etc', join(path, 'out'));
    await expect(show({ hostPath: { path } }, { subPath: 'out/passwd' })).rejects.toMatchObject({
      reason: 'CreateContainerConfigError',
      message:
        'failed to prepare subPath for volumeMount "v" of container "app": subPath "out/passwd" leads out of the volume: out is a link to /etc',
    });
  });
});

describe.runIf(process.getuid?.() === 0)('where this program may mount', () => {
  const setting = (): Setting => ({ engine: new FakeEngine({ canMount: true }) });

  test('memory is mounted with its size, and gone with the Pod', async () => {
    const shown = await show({ emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }, {}, setting());
    const path = folder(shown, 'volumes/v');
    expect(shown.mounts).toEqual([{ ...bind, hostPath: path }]);
    expect(readFileSync('/proc/self/mountinfo', 'utf8')).toMatch(new RegExp(`${path} .*size=1024k`));
    await shown.driver.pod.mountVolumes();
    await shown.driver.pod.removePod();
    expect([isMountPoint(path), existsSync(folder(shown))]).toEqual([false, false]);
  });

  test('a part of a volume is bound, and removing the Pod leaves what it shows', async () => {
    const path = mkdtempSync(join(tmpdir(), 'outrider-host-'));
    mkdirSync(join(path, 'part'));
    writeFileSync(join(path, 'part/file'), 'kept');
    const shown = await show({ hostPath: { path } }, { subPath: 'part' }, setting());
    const target = folder(shown, 'subpaths/app/0');
    expect(shown.mounts).toEqual([{ ...bind, hostPath: target }]);
    expect(readFileSync(join(target, 'file'), 'utf8')).toBe('kept');
    await shown.driver.pod.removePod();
    expect([existsSync(target), readFileSync(join(path, 'part/file'), 'utf8')]).toEqual([false, 'kept']);
  });
});
