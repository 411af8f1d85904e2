import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openSubPath } from '../../../src/runtimes/shared/sub-path.ts';

describe('a path in a volume', () => {
  let outside = '';
  let volume = '';

  beforeEach(() => {
    outside = mkdtempSync(join(tmpdir(), 'outrider-sub-path-'));
    volume = join(outside, 'volume');
    mkdirSync(join(volume, 'a/b'), { recursive: true });
    writeFileSync(join(volume, 'a/file'), '');
    writeFileSync(join(outside, 'secret'), '');
    symlinkSync('b', join(volume, 'a/inner'));
    symlinkSync('../a/inner', join(volume, 'a/up'));
    symlinkSync('../..', join(volume, 'a/out'));
    symlinkSync('/etc', join(volume, 'a/absolute'));
    symlinkSync('nowhere', join(volume, 'a/dangling'));
    symlinkSync('loop', join(volume, 'loop'));
  });

  test.each([
    ['a/b', 'a/b', true],
    ['a//./b/', 'a/b', true],
    ['a/file', 'a/file', false],
    ['a/inner', 'a/b', true],
    ['a/up', 'a/b', true],
    ['a/dangling', 'a/nowhere', true],
    ['new/deep', 'new/deep', true],
    ['', '', true],
  ])('%j is %j', (subPath, path, isDirectory) => {
    const opened = openSubPath(volume, subPath);
    const { dev, ino } = statSync(join(volume, path));
    expect(opened).toMatchObject({ path, isDirectory, identity: { dev, ino } });
    opened.close();
  });

  test('is made with the mode of the volume', () => {
    chmodSync(volume, 0o750);
    openSubPath(volume, 'made').close();
    expect(statSync(join(volume, 'made')).mode & 0o777).toBe(0o750);
  });

  test.each([
    ['a/out/secret', 'leads out of the volume'],
    ['a/absolute/passwd', 'leads out of the volume: absolute is a link to /etc'],
    ['../secret', 'leads out of the volume'],
    ['loop/x', 'too many levels of symbolic links'],
    ['a/file/x', 'ENOTDIR'],
  ])('%j is refused', (subPath, problem) => {
    expect(() => openSubPath(volume, subPath)).toThrow(problem);
    expect(existsSync(join(outside, 'x'))).toBe(false);
    expect(lstatSync(join(outside, 'secret')).size).toBe(0);
  });
});
