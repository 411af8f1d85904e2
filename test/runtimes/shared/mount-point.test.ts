import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeMountPoint } from '../../../src/runtimes/shared/container-path.ts';

test('mount points are made with the folders above them, and what is there stays', () => {
  const root = mkdtempSync(join(tmpdir(), 'outrider-mount-point-'));
  makeMountPoint(join(root, 'a/b/c'), true);
  makeMountPoint(join(root, 'a/b/file'), false);
  makeMountPoint(join(root, 'a/b'), false);
  expect(statSync(join(root, 'a/b/c')).isDirectory()).toBe(true);
  expect(readFileSync(join(root, 'a/b/file'), 'utf8')).toBe('');
});

test.runIf(process.platform === 'linux')('a mount point in a process that has ended is an error at once', () => {
  const beyondAnyProcess = 2 ** 22 + 1;
  expect(() => makeMountPoint(`/proc/${beyondAnyProcess}/root/a/b`, true)).toThrow(/ENOENT|EACCES|EPERM/);
});
