import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { containerUser, type ContainerUser, type UserRequest } from '../../../src/runtimes/process/users.ts';

const etc = join(mkdtempSync(join(tmpdir(), 'outrider-users-')), 'x');

const base: UserRequest = { runAsUser: undefined, runAsGroup: undefined, imageUser: '', supplementalGroups: [], isStrict: false };
const root: ContainerUser = { uid: 0, gid: 0, groups: [], home: '/root' };

describe('the user of a container', () => {
  const folder = mkdtempSync(join(tmpdir(), 'outrider-users-'));
  writeFileSync(join(folder, 'passwd'), 'root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001::/home/app:\nbare:x:7:7:::\n');
  writeFileSync(join(folder, 'group'), 'root:x:0:\napp:x:1001:\nwheel:x:10:root,app\ndisk:x:6:app\n');

  test.each<[Partial<UserRequest>, Partial<ContainerUser>]>([
    [{}, {}],
    [{ imageUser: 'app' }, { uid: 1000, gid: 1001, groups: [10, 6], home: '/home/app' }],
    [{ imageUser: '1000' }, { uid: 1000, gid: 1001, groups: [10, 6], home: '/home/app' }],
    [{ imageUser: 'app:disk' }, { uid: 1000, gid: 6, groups: [10], home: '/home/app' }],
    [{ imageUser: 'app:77' }, { uid: 1000, gid: 77, groups: [10, 6], home: '/home/app' }],
    [{ imageUser: '4242' }, { uid: 4242, gid: 0, home: '/' }],
    [{ imageUser: 'bare' }, { uid: 7, gid: 7, home: '/' }],
    [
      { runAsUser: 1000, imageUser: 'nobody-there' },
      { uid: 1000, gid: 1001, groups: [10, 6], home: '/home/app' },
    ],
    [
      { runAsUser: 5, runAsGroup: 6 },
      { uid: 5, gid: 6, home: '/' },
    ],
    [
      { runAsUser: 1000, supplementalGroups: [6, 99], isStrict: true },
      { uid: 1000, gid: 1001, groups: [6, 99], home: '/home/app' },
    ],
    [
      { runAsUser: 1000, supplementalGroups: [99, 10] },
      { uid: 1000, gid: 1001, groups: [10, 6, 99], home: '/home/app' },
    ],
  ])('for %j', (request, expected) => {
    // Root is a member of wheel, as are others.
    const groups = expected.uid === undefined ? [10] : [];
    expect(containerUser(folder, { ...base, ...request })).toEqual({ ...root, groups, ...expected });
  });

  test.each([
    [{ imageUser: 'nobody-there' }, 'unable to find user nobody-there: no matching entries in'],
    [{ imageUser: 'app:nobody' }, 'unable to find group nobody: no matching entries in'],
  ])('is not found for %j', (request, message) => {
    expect(() => containerUser(folder, { ...base, ...request })).toThrow(message);
  });

  test('is a number where the image knows nobody', () => {
    expect(containerUser(etc, { ...base, runAsUser: 12 })).toEqual({ uid: 12, gid: 0, groups: [], home: '/' });
    expect(containerUser(etc, base)).toEqual({ ...root, home: '/' });
  });
});
