import { chmodSync, linkSync, lstatSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { applyFsGroup, fsGroupMode } from '../../src/volumes/fs-group.ts';

/** A group that this user may give files to. */
const gid = process.getgid?.() ?? 0;
let root: string;

beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'outrider-fsgroup-')), 'volume');
  mkdirSync(join(root, 'd'), { recursive: true });
  writeFileSync(join(root, 'd/f'), '');
  writeFileSync(join(root, 'x'), '');
  chmodSync(root, 0o755);
  chmodSync(join(root, 'd'), 0o700);
  chmodSync(join(root, 'd/f'), 0o600);
  chmodSync(join(root, 'x'), 0o755);
});
afterEach(() => rmSync(join(root, '..'), { recursive: true }));

const modes = () => ['', 'd', 'd/f', 'x'].map((path) => (statSync(join(root, path)).mode & 0o7777).toString(8));

test.each([
  [0o644, false, false, 0o664],
  [0o600, false, false, 0o660],
  [0o400, false, true, 0o440],
  [0o755, true, false, 0o2775],
  [0o777, true, false, 0o2777],
  [0o700, true, true, 0o2750],
  [0o100644, false, false, 0o664],
])('mode %o of a folder: %j, read-only: %j', (mode, isDirectory, readOnly, expected) => {
  expect(fsGroupMode(mode, isDirectory, readOnly)).toBe(expected);
});

test('everything in the volume, and the volume itself', async () => {
  expect(await applyFsGroup(root, { gid })).toBeUndefined();
  expect(modes()).toEqual(['2775', '2770', '660', '775']);
  expect(lstatSync(join(root, 'd/f')).gid).toBe(gid);
});

test('a read-only volume', async () => {
  await applyFsGroup(root, { gid, readOnly: true });
  expect(modes()).toEqual(['2755', '2750', '640', '755']);
});

describe('OnRootMismatch', () => {
  test('a root that does not fit: everything', async () => {
    await applyFsGroup(root, { gid, changePolicy: 'OnRootMismatch' });
    expect(modes()).toEqual(['2775', '2770', '660', '775']);
  });

  test('a root that fits: nothing', async () => {
    chmodSync(root, 0o2770);
    await applyFsGroup(root, { gid, changePolicy: 'OnRootMismatch' });
    expect(modes()).toEqual(['2770', '700', '600', '755']);
  });

  test('Always does it all the same', async () => {
    chmodSync(root, 0o2770);
    await applyFsGroup(root, { gid, changePolicy: 'Always' });
    expect(modes()).toEqual(['2770', '2770', '660', '775']);
  });
});

test('links are not followed', async () => {
  const outside = join(root, '../outside');
  writeFileSync(outside, '');
  chmodSync(outside, 0o600);
  symlinkSync('../outside', join(root, 'link'));
  symlinkSync('nowhere', join(root, 'broken'));
  linkSync(join(root, 'x'), join(root, 'hard'));
  expect(await applyFsGroup(root, { gid })).toBeUndefined();
  expect(statSync(outside).mode & 0o777).toBe(0o600);
});

test('a volume that is not there is a failure, not an exception', async () => {
  expect(await applyFsGroup(join(root, 'none'), { gid })).toMatchObject({ code: 'ENOENT' });
});
