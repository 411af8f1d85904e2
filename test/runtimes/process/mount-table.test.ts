import { describe, expect, test } from 'vitest';
import { flagsOf, mountsBelow, parseMountTable, type MountPoint } from '../../../src/runtimes/process/mount-table.ts';

const text = `22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
23 22 0:21 / /proc rw,nosuid,nodev,noexec,relatime shared:5 master:1 - proc proc rw
24 22 8:1 / /home rw,nosuid,noatime - xfs /dev/sda1 rw
25 24 0:30 / /home/a\\040b\\134c ro,relatime - tmpfs tmpfs rw
26 22 0:31 / /homes rw - ext4 /dev/x rw
27 24 0:40 / /home rw,nodev - btrfs /dev/sdb rw
`;

describe('the mount table', () => {
  const mounts = parseMountTable(text);

  test('is what is mounted now, with the flags that must be kept', () => {
    expect(mounts).toEqual<MountPoint[]>([
      { path: '/', type: 'ext4', flags: ['relatime'] },
      { path: '/proc', type: 'proc', flags: ['nosuid', 'nodev', 'noexec', 'relatime'] },
      { path: '/home/a b\\c', type: 'tmpfs', flags: ['relatime'] },
      { path: '/homes', type: 'ext4', flags: [] },
      { path: '/home', type: 'btrfs', flags: ['nodev'] },
    ]);
  });

  test.each([
    ['/', ['/proc', '/home/a b\\c', '/homes', '/home']],
    ['/home', ['/home/a b\\c']],
    ['/homes', []],
    ['/hom', []],
  ])('has these mounts below %s', (path, below) => {
    expect(mountsBelow(mounts, path).map((mount) => mount.path)).toEqual(below);
  });

  test.each([
    ['/etc', ['relatime']],
    ['/home', ['nodev']],
    ['/home/x', ['nodev']],
    ['/home/a b\\c/d', ['relatime']],
    ['/homes/x', []],
    ['/homeless', ['relatime']],
  ])('knows the flags at %s', (path, flags) => {
    expect(flagsOf(path, mounts)).toEqual(flags);
  });
});
