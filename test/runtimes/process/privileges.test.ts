import { describe, expect, test } from 'vitest';
import { emptyPlan } from '../../../src/runtimes/process/image-plan.ts';
import type { Abilities } from '../../../src/runtimes/process/machine.ts';
import { becomeForeign, enterContainer, joinContainer, runInside, type Target } from '../../../src/runtimes/process/privileges.ts';

const machine: Abilities = {
  ids: 'machine',
  enter: [],
  image: emptyPlan,
  overlay: true,
  writable: new Set(),
  resetsSignals: true,
  hasCleanShell: true,
  hasPerl: false,
  environment: { PATH: '/bin' },
  tool: (name) => `/bin/${name}`,
  close: () => undefined,
};
const target: Target = {
  user: { uid: 5, gid: 6, groups: [7, 8], home: '/' },
  capabilities: ['CHOWN'],
  allowEscalation: false,
  command: ['run', "it's"],
  environment: { A: "b'c", PATH: '/x' },
  stdin: false,
  tty: false,
  workingDir: '/w d',
  hasTools: true,
};

describe('privileges', () => {
  test.each<[Abilities['ids'], string[]]>([
    ['machine', ['--reuid=5', '--regid=6', '--groups=7,8', '--inh-caps=-all', '--bounding-set=-all,+chown', '--no-new-privs', '--']],
    [
      'user',
      [
        '--keep-groups',
        '--inh-caps=-all',
        '--bounding-set=-all,+chown',
        '--no-new-privs',
        '--',
        'unshare',
        '--map-user=5',
        '--map-group=6',
        '--',
      ],
    ],
  ])('are dropped on the way in, with ids: %s', (ids, dropped) => {
    expect(enterContainer(target, { ...machine, ids }, false)).toEqual([
      ...['setsid', 'unshare', '--root=/..', '--wd=/', '--', 'setpriv', ...dropped],
      ...['env', '-i', '--default-signal=INT,QUIT', 'PATH=/bin', 'sh'],
    ]);
  });

  test('a command is executed with its variables and nothing else', () => {
    expect(runInside(target, machine)).toBe(
      `cd '/w d' || exit 126\nunset PATH PWD OLDPWD\nexport A='b'\\''c'\nexport PATH='/x'\nexec 'run' 'it'\\''s' </dev/null 3>&-\n`,
    );
  });

  test.each<[string, Partial<Target>, Partial<Abilities>, string]>([
    ['a name that is no variable of a shell', { environment: { 'a.b': '1' } }, {}, `'env' '-i' 'a.b=1' 'run' 'it'\\''s'`],
    ['a variable that shells use', { environment: { IFS: 'x' } }, {}, `'env' '-i' 'IFS=x' 'run' 'it'\\''s'`],
    ['a shell that adds its own', { environment: { A: '1' } }, { hasCleanShell: false }, `'env' '-i' 'A=1' 'run' 'it'\\''s'`],
    ['a command like an option', { environment: { A: '1' }, command: ['-x'] }, {}, `'env' '-i' 'A=1' '-x'`],
  ])('env takes over for %s', (_, change, other, expected) => {
    expect(runInside({ ...target, ...change }, { ...machine, ...other })).toBe(`cd '/w d' || exit 126\nexec ${expected} </dev/null 3>&-\n`);
  });

  test('a command beside the container gets the same', () => {
    expect(joinContainer(target, 42, machine)).toEqual([
      ...['nsenter', '--target=42', '--pid', '--ipc', '--uts', '--mount', '--', 'setpriv', '--reuid=5', '--regid=6', '--groups=7,8'],
      ...[
        '--inh-caps=-all',
        '--bounding-set=-all,+chown',
        '--no-new-privs',
        '--',
        'env',
        '--chdir=/w d',
        'env',
        '-i',
        "A=b'c",
        'PATH=/x',
        'run',
        "it's",
      ],
    ]);
  });

  test('a root without tools is entered last, with what that takes', () => {
    expect(becomeForeign({ ...target, hasTools: false }, machine)).toEqual([
      ...[
        'setsid',
        'env',
        '-i',
        '--default-signal=INT,QUIT',
        "A=b'c",
        'PATH=/x',
        '/bin/setpriv',
        '--regid=6',
        '--groups=7,8',
        '--inh-caps=-all',
      ],
      ...['--bounding-set=-all,+chown,+sys_chroot,+setuid', '--no-new-privs', '--'],
      ...['/bin/unshare', '--root=/..', '--wd=/w d', '--setuid=5', '--', 'run', "it's"],
    ]);
  });
});
