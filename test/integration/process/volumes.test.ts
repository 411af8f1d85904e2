import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Outcome } from './driver.ts';
import { everybody, give, makeStateDirectory, runScenario, shell, type Identity } from './scenario.ts';

// Not in /tmp: containers have that for themselves.
const parent = mkdtempSync('/var/outrider-volumes-');
chmodSync(parent, 0o755);
afterAll(() => rmSync(parent, { recursive: true }));
let count = 0;

function hostFolder(identity: Identity): string {
  const path = join(parent, String(count++));
  mkdirSync(path);
  give(path, identity);
  return path;
}

describe.each(everybody)('volumes of $name', (identity) => {
  /** Runs one container with one volume at /v. */
  async function withVolume(source: object, script: string, mount: object = {}, rest: object = {}): Promise<Outcome> {
    return runScenario(identity, {
      spec: {
        volumes: [{ name: 'v', ...source }],
        containers: [shell('c', script, { volumeMounts: [{ name: 'v', mountPath: '/v', ...mount }] })],
      },
      ...rest,
    });
  }

  test('an emptyDir is shared, for anybody to write, and gone with the Pod', async () => {
    const stateDirectory = makeStateDirectory(identity);
    const mounts = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
    const outcome = await runScenario(identity, {
      stateDirectory,
      spec: {
        volumes: [{ name: 'v', emptyDir: {} }],
        initContainers: [shell('i', 'stat -c %a /v; echo data >/v/file', mounts)],
        containers: [shell('c', 'cat /v/file', mounts)],
      },
    });
    expect(outcome.output).toEqual({ i: ['777'], c: ['data'] });
    expect(readdirSync(join(stateDirectory, 'pods'))).toEqual([]);
  });

  test('an emptyDir in memory is as large as its limit', async () => {
    const { output } = await withVolume(
      { emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
      'stat -f -c %T /v; stat -c %a /v; head -c 2000000 /dev/zero >/v/f 2>/dev/null || stat -c %s /v/f',
    );
    expect(output['c']).toEqual(['tmpfs', '777', '1048576']);
  });

  test('an emptyDir that outgrows its limit evicts the Pod', async () => {
    const outcome = await withVolume(
      { emptyDir: { sizeLimit: '1Mi' } },
      'head -c 3000000 /dev/zero >/v/f; exec sleep 60',
      {},
      {
        steps: [{ do: 'waitForEviction' }, { do: 'stop', container: 'c', graceMs: 0 }],
      },
    );
    expect(outcome.events[0]).toBe('evicted Usage of EmptyDir volume "v" exceeds the limit "1Mi". ');
  });

  test('a configMap is read-only, with its modes and what stands for it in memory', async () => {
    const configMaps = { m: { metadata: { name: 'm' }, data: { a: 'one', b: 'two' } } };
    const source = { configMap: { name: 'm', defaultMode: 0o640, items: [{ key: 'a', path: 'x/y', mode: 0o400 }] } };
    const script = 'cat /v/x/y; echo; stat -L -c %a /v/x/y; ls /v; (: >/v/new) 2>/dev/null || echo refused';
    const { output } = await withVolume(source, script, {}, { configMaps });
    expect(output['c']).toEqual(['one', '400', 'x', 'refused']);
  });

  test('a secret lies in memory', async () => {
    const secrets = { s: { metadata: { name: 's' }, data: { key: Buffer.from('hidden').toString('base64') } } };
    const { output } = await withVolume({ secret: { secretName: 's' } }, 'cat /v/key; echo; stat -f -c %T /v', {}, { secrets });
    expect(output['c']).toEqual(['hidden', 'tmpfs']);
  });

  test('a missing configMap holds the whole Pod up', async () => {
    const { failures } = await withVolume({ configMap: { name: 'absent' } }, 'true');
    expect(failures['pod']).toEqual({
      reason: 'FailedMount',
      message: 'MountVolume.SetUp failed for volume "v" : configmap "absent" not found',
    });
  });

  test('the downward API shows fields of the Pod', async () => {
    const items = [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }];
    expect((await withVolume({ downwardAPI: { items } }, 'cat /v/name')).output['c']).toEqual(['pod']);
  });

  test('a hostPath is the folder itself', async () => {
    const folder = hostFolder(identity);
    writeFileSync(join(folder, 'there'), 'here\n');
    const { output } = await withVolume({ hostPath: { path: folder } }, 'cat /v/there; echo back >/v/made');
    expect(output['c']).toEqual(['here']);
    expect(readFileSync(join(folder, 'made'), 'utf8')).toBe('back\n');
  });

  test('a read-only mount refuses writing', async () => {
    const folder = hostFolder(identity);
    const { output } = await withVolume({ hostPath: { path: folder } }, '(: >/v/made) 2>/dev/null || echo refused', { readOnly: true });
    expect(output['c']).toEqual(['refused']);
    expect(readdirSync(folder)).toEqual([]);
  });

  test.each([
    ['Directory', 'file', 'is not a directory'],
    ['File', '', 'is not a file'],
    ['Socket', 'file', 'is not a socket file'],
    ['CharDevice', 'file', 'is not a character device'],
    ['BlockDevice', 'absent', 'is not a block device'],
    ['FileOrCreate', '', 'is not a file'],
    ['DirectoryOrCreate', 'file', 'is not a directory'],
  ])('a hostPath of type %s is checked', async (type, name, problem) => {
    const folder = hostFolder(identity);
    writeFileSync(join(folder, 'file'), '');
    const path = join(folder, name);
    const { failures } = await withVolume({ hostPath: { path, type } }, 'true');
    expect(failures['pod']?.message).toBe(
      `MountVolume.SetUp failed for volume "v" : hostPath type check failed: ${path.replace(/\/$/, '')} ${problem}`,
    );
  });

  test.each([
    ['DirectoryOrCreate', 'directory', '755'],
    ['FileOrCreate', 'regular empty file', '644'],
  ])('a hostPath of type %s is made', async (type, kind, mode) => {
    const path = join(hostFolder(identity), 'new');
    expect((await withVolume({ hostPath: { path, type } }, 'stat -c "%F %a" /v')).output['c']).toEqual([`${kind} ${mode}`]);
  });

  test('a claim outlives the Pod', async () => {
    const stateDirectory = makeStateDirectory(identity);
    const source = { persistentVolumeClaim: { claimName: 'data' } };
    await withVolume(source, 'echo kept >/v/f', {}, { stateDirectory, claims: ['data'] });
    expect((await withVolume(source, 'cat /v/f', {}, { stateDirectory, claims: ['data'] })).output['c']).toEqual(['kept']);
    expect((await withVolume(source, 'cat /v/f', {}, { stateDirectory })).failures['pod']?.message).toBe(
      'persistentvolumeclaim "data" not found',
    );
  });

  test('a subPath shows a part of the volume, made where it is missing', async () => {
    const folder = hostFolder(identity);
    const { output } = await withVolume({ hostPath: { path: folder } }, 'echo x >/v/f; ls -A /v', { subPath: 'a/b' });
    expect(output['c']).toEqual(['f']);
    expect(readFileSync(join(folder, 'a/b/f'), 'utf8')).toBe('x\n');
  });

  test('a subPath of a configMap is a file', async () => {
    const configMaps = { m: { metadata: { name: 'm' }, data: { 'app.conf': 'setting\n' } } };
    const { output } = await withVolume(
      { configMap: { name: 'm' } },
      'cat /etc/app.conf; ls /etc | grep -c .',
      { mountPath: '/etc/app.conf', subPath: 'app.conf' },
      { configMaps },
    );
    expect(output['c']?.[0]).toBe('setting');
    expect(Number(output['c']?.[1])).toBeGreaterThan(10);
  });

  test('a subPathExpr is expanded', async () => {
    const volumeMounts = [{ name: 'v', mountPath: '/v', subPathExpr: '$(NAME)/x' }];
    const env = [{ name: 'NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }];
    const outcome = await runScenario(identity, {
      spec: {
        volumes: [{ name: 'v', emptyDir: {} }],
        initContainers: [shell('i', 'echo 1 >/v/f', { env, volumeMounts })],
        containers: [shell('c', 'find /v -type f', { volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
      },
    });
    expect(outcome.output['c']).toEqual(['/v/pod/x/f']);
  });

  test.each([
    [
      'an absolute link',
      (folder: string) => symlinkSync('/etc', join(folder, 'out')),
      'out',
      'leads out of the volume: out is a link to /etc',
    ],
    ['a relative link', (folder: string) => symlinkSync('../..', join(folder, 'out')), 'out/x', 'leads out of the volume'],
    ['a link that has no end', (folder: string) => symlinkSync('out', join(folder, 'out')), 'out', 'too many levels of symbolic links'],
  ])('a subPath does not leave the volume by %s', async (_, prepare, subPath, problem) => {
    const folder = hostFolder(identity);
    prepare(folder);
    const { failures } = await withVolume({ hostPath: { path: folder } }, 'true', { subPath });
    expect(failures['c']?.reason).toBe('CreateContainerConfigError');
    expect(failures['c']?.message).toContain('failed to prepare subPath for volumeMount "v" of container "c"');
    expect(failures['c']?.message).toContain(problem);
  });

  test('mounts may lie within each other, whatever their order', async () => {
    const volumeMounts = [
      { name: 'inner', mountPath: '/outer/a/inner' },
      { name: 'outer', mountPath: '/outer' },
      { name: 'link', mountPath: '/var/run/x' },
    ];
    const volumes = ['inner', 'outer', 'link'].map((name) => ({ name, emptyDir: {} }));
    const script = 'echo 1 >/outer/a/inner/f; echo 2 >/outer/g; echo 3 >/run/x/h; cat /outer/a/inner/f /outer/g /var/run/x/h';
    const outcome = await runScenario(identity, { spec: { volumes, containers: [shell('c', script, { volumeMounts })] } });
    expect(outcome.failures).toEqual({});
    expect(outcome.output['c']).toEqual(['1', '2', '3']);
  });

  test('the image cannot lead a mount out of the container', async () => {
    // The container's own /etc/mtab is a link to /proc/self/mounts on most machines: links are followed inside.
    const configMaps = { m: { metadata: { name: 'm' }, data: { f: 'inside\n' } } };
    const before = existsSync('/outrider-outside');
    const { output } = await withVolume(
      { configMap: { name: 'm' } },
      'cat /outrider-outside/f',
      { mountPath: '/../../outrider-outside' },
      { configMaps },
    );
    expect(output['c']).toEqual(['inside']);
    expect(existsSync('/outrider-outside')).toBe(before);
  });

  test('where a volume stands for the termination message, that is read', async () => {
    const outcome = await runScenario(identity, {
      spec: {
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: [
          shell('c', 'echo from the volume >/v/message', {
            terminationMessagePath: '/v/message',
            volumeMounts: [{ name: 'v', mountPath: '/v' }],
          }),
          shell('d', 'echo elsewhere >/any/place', { terminationMessagePath: '/any/place' }),
        ],
      },
    });
    expect([outcome.exits['c']?.message, outcome.exits['d']?.message]).toEqual(['from the volume\n', 'elsewhere\n']);
  });
});

describe.each(everybody.filter(({ uid }) => uid !== 65534))('fsGroup of $name', (identity) => {
  test('owns what containers write and see', async () => {
    const secrets = { s: { metadata: { name: 's' }, data: { key: 'eA==' } } };
    const volumeMounts = [
      { name: 'e', mountPath: '/e' },
      { name: 'k', mountPath: '/k' },
    ];
    const outcome = await runScenario(identity, {
      secrets,
      spec: {
        securityContext: { fsGroup: 2345, runAsUser: 1234, runAsGroup: 1235 },
        volumes: [
          { name: 'e', emptyDir: {} },
          { name: 'k', secret: { secretName: 's', defaultMode: 0o400 } },
        ],
        containers: [
          shell('c', 'id -G; : >/e/f; stat -c "%u %g" /e/f; stat -c "%g %a" /e; stat -L -c "%g %a" /k/key; cat /k/key', { volumeMounts }),
        ],
      },
    });
    expect(outcome.output['c']).toEqual(['1235 2345', '1234 2345', '2345 2777', '2345 440', 'x']);
  });
});
