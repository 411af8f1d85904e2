import { mkdirSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { followInside } from '../../../src/runtimes/shared/container-path.ts';

const root = mkdtempSync(join(tmpdir(), 'outrider-path-'));
mkdirSync(join(root, 'var'));
mkdirSync(join(root, 'run/x'), { recursive: true });
symlinkSync('/run', join(root, 'var/run'));
symlinkSync('../../../../run', join(root, 'var/far'));
symlinkSync('far/x', join(root, 'var/chain'));
symlinkSync('self', join(root, 'self'));

test.each([
  ['/', '/'],
  ['/run/x', '/run/x'],
  ['/var/run/x', '/run/x'],
  ['/var/far', '/run'],
  ['/var/chain/new', '/run/x/new'],
  ['/not/there', '/not/there'],
  ['/../..', '/'],
  ['/var/./../run', '/run'],
])('%s ends up at %s', (path, expected) => {
  expect(followInside(root, path)).toBe(expected);
});

test('a link to itself ends nowhere', () => {
  expect(() => followInside(root, '/self/x')).toThrow('too many levels of symbolic links');
});
