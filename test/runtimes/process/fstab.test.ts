import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bindMount, fileSystem, formatFstab } from '../../../src/runtimes/process/fstab.ts';

describe('an fstab', () => {
  test('has a line for every mount', () => {
    expect(formatFstab([fileSystem('tmpfs', '/t', 'mode=0755', 'nodev'), bindMount('/a', '/b', 'ro'), fileSystem('proc', '/proc')])).toBe(
      'tmpfs /t tmpfs mode=0755,nodev 0 0\n/a /b none bind,ro 0 0\nproc /proc proc defaults 0 0\n',
    );
  });

  test('carries any path', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (source, target) => {
        const [line = '', ...rest] = formatFstab([bindMount(source, target)]).split('\n');
        expect(rest).toEqual(['']);
        expect(line.startsWith('#')).toBe(false);
        expect(line.split(' ').map(unescape)).toEqual([source, target, 'none', 'bind', '0', '0']);
      }),
    );
  });
});

/** As getmntent(3) reads a field. */
function unescape(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
