import { describe, expect, it } from 'vitest';
import { ascii, styleFor, unicode } from '../../../src/cli/views/style.ts';

describe('styleFor', () => {
  it.each<[isTTY: boolean, environment: Record<string, string>, hasColors: boolean]>([
    [true, {}, true],
    [false, {}, false],
    [true, { TERM: 'dumb' }, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('terminal %s, %j: colours %s', (isTTY, environment, hasColors) => {
    expect(styleFor({ isTTY }, environment).colors.isColorSupported).toBe(hasColors);
  });

  it.each([
    [{}, unicode],
    [{ LANG: 'en_US.UTF-8' }, unicode],
    [{ LANG: 'C' }, ascii],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'POSIX' }, ascii],
    [{ LC_CTYPE: 'C.utf8', LANG: 'C' }, unicode],
    [{ TERM: 'linux', LANG: 'en_US.UTF-8' }, ascii],
  ])('%j', (environment, glyphs) => expect(styleFor({ isTTY: true }, environment).glyphs).toBe(glyphs));
});
