import { describe, expect, test } from 'vitest';
import { planImage } from '../../../src/runtimes/process/image-plan.ts';
import type { MountPoint } from '../../../src/runtimes/process/mount-table.ts';

const mounts: MountPoint[] = [
  ...['/', '/home'].map((path) => ({ path, type: 'ext4', flags: [] })),
  ...['/proc', '/sys', '/dev', '/run', '/tmp/x', '/etc/hosts'].map((path) => ({ path, type: 'ext4', flags: [] })),
  { path: '/usr/share', type: 'tmpfs', flags: [] },
  { path: '/var/nfs', type: 'nfs4', flags: [] },
  { path: '/mnt/fuse', type: 'fuse.sshfs', flags: [] },
  // Of another engine's container: it may be gone at any moment.
  { path: '/var/lib/docker/overlay2/1/merged', type: 'overlay', flags: [] },
];

describe('the machine as an image', () => {
  test('is its root and its other storage, where the kernel shows them as they are', () => {
    expect(planImage(mounts, false)).toEqual({
      layers: ['/', '/home', '/var/nfs', '/mnt/fuse'],
      folders: [],
      links: [],
      copies: [],
      files: [],
      trees: [],
    });
  });

  test('is shown as it is where it would take too many parts', () => {
    // There are more programs in /usr/bin than parts that a container may have.
    const { layers, trees } = planImage([...mounts, { path: '/usr/bin/env', type: 'tmpfs', flags: [] }], true);
    expect(trees).toEqual(['/usr/bin']);
    expect(layers).not.toContain('/usr/bin');
  });

  test('is put together around its mounts in a user namespace', () => {
    // These are folders of every Linux machine; /usr has a mount in it here.
    const { layers, folders } = planImage(mounts, true);
    expect(layers).toEqual(expect.arrayContaining(['/opt', '/home', '/usr/lib']));
    expect(layers).not.toContain('/usr');
    expect(layers).not.toContain('/usr/share');
    expect(layers.filter((path) => /^\/(proc|sys|dev|run|tmp)/.test(path))).toEqual([]);
    expect(folders).toEqual(expect.arrayContaining(['/usr', '/usr/lib', '/usr/share', '/home']));
  });
});
