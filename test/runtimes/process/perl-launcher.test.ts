import { describe, expect, test } from 'vitest';
import { perlLauncher } from '../../../src/runtimes/process/perl-launcher.ts';
import type { Target } from '../../../src/runtimes/process/privileges.ts';

const target: Target = {
  user: { uid: 5, gid: 6, groups: [7, 8], home: '/' },
  capabilities: ['CHOWN', 'SETFCAP'],
  allowEscalation: false,
  command: ['run', 'ä b'],
  environment: { A: '1=2', 'b.c': 'x\ny' },
  stdin: false,
  tty: false,
  workingDir: '/w',
  hasTools: false,
};

describe('what is made with Perl', () => {
  test.each([
    [{}, '5 6 7,8 0,31 1 machine\n'],
    [{ capabilities: undefined, allowEscalation: true, user: { ...target.user, groups: [] } }, '5 6 - * 0 machine\n'],
    [{ capabilities: [] }, '5 6 7,8 - 1 machine\n'],
  ])('is told its privileges: %j', (change, expected) => {
    expect(perlLauncher({ ids: 'machine' }, 'x64')?.enter({ ...target, ...change }, false, false)).toBe(expected);
  });

  test('is told its command in bytes', () => {
    const body = '0\0' + '/w\0' + '2\0' + 'A=1=2\0' + 'b.c=x\ny\0' + 'run\0' + 'ä b\0';
    expect(perlLauncher({ ids: 'user' }, 'arm64')?.runInside(target, 3).toString()).toBe(`run ${Buffer.byteLength(body)}\n${body}`);
  });

  test('knows the system calls of its processor', () => {
    const scripts = ['x64', 'arm64', 'riscv64'].map((arch) => perlLauncher({ ids: 'machine' }, arch)?.files['sandbox.pl']);
    expect(scripts.map((script) => /mount => (\d+)/.exec(script ?? '')?.[1])).toEqual(['165', '40', '40']);
    expect(perlLauncher({ ids: 'machine' }, 's390x')).toBeUndefined();
  });
});
