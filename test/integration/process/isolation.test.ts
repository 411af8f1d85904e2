import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Outcome } from './driver.ts';
import { driverCommand, everybody, makeStateDirectory, runScenario, shell } from './scenario.ts';

describe.each(everybody)('a container of $name', (identity) => {
  async function output(script: string, rest: object = {}, spec: object = {}): Promise<string[]> {
    const outcome = await runScenario(identity, { spec: { containers: [shell('c', script, rest)], ...spec } });
    expect(outcome.failures).toEqual({});
    return outcome.output['c'] ?? [];
  }

  test('is PID 1 of its own PID namespace and sees no process of the machine', async () => {
    expect(await output('echo $$$$; [ "$(ls /proc | grep -c "^[0-9]")" -lt 5 ] && echo few')).toEqual(['1', 'few']);
  });

  test('writes to a layer that nobody else sees', async () => {
    const name = `/etc/outrider-test-${process.pid}`;
    const script = `echo changed >${name} && cat ${name} && echo 127.0.0.9 x >>/etc/hosts && tail -1 /etc/hosts`;
    const outcome = await runScenario(identity, {
      spec: { initContainers: [shell('first', script)], containers: [shell('c', `cat ${name} 2>&1; tail -1 /etc/hosts`)] },
    });
    expect(outcome.output['first']).toEqual(['changed', '127.0.0.9 x']);
    expect(outcome.output['c']).toEqual([`cat: ${name}: No such file or directory`, '127.0.0.1\tpod']);
    expect(existsSync(name)).toBe(false);
  });

  test('has folders of its own for what does not last', async () => {
    const script = 'for d in /tmp /var/tmp /run /dev/shm; do ls -A $d | wc -l; stat -c %a $d; : >$d/x && echo written; done';
    const four = ['0', '1777', 'written'];
    expect(await output(script)).toEqual([...four, ...four, '0', '755', 'written', ...four]);
  });

  test('has the devices of a container and no others', async () => {
    const script = 'ls /dev | tr "\\n" " "; echo; head -c 3 /dev/zero | wc -c; echo gone >/dev/null; head -c 2 /dev/urandom | wc -c';
    const [names, ...rest] = await output(script);
    expect(
      names
        ?.trim()
        .split(' ')
        .filter((name) => name !== 'console'),
    ).toEqual('core fd full mqueue null ptmx pts random shm stderr stdin stdout termination-log tty urandom zero'.split(' '));
    expect(rest).toEqual(['3', '2']);
  });

  test('can open its output again', async () => {
    expect((await output('echo one >/dev/stdout; echo two >/dev/stderr; echo three >>/proc/self/fd/1')).sort()).toEqual([
      'one',
      'three',
      'two',
    ]);
  });

  test('cannot change the kernel through /proc and /sys', async () => {
    const script =
      'for f in /proc/sys/kernel/hostname /proc/sysrq-trigger /sys/kernel/mm/ksm/run; do (echo 1 >$f) 2>/dev/null && echo "$f written"; done; true';
    expect(await output(script)).toEqual([]);
  });

  test('has the hostname and the hosts of its Pod', async () => {
    const spec = { hostname: 'named', hostAliases: [{ ip: '10.1.2.3', hostnames: ['db', 'db.local'] }] };
    expect(await output('hostname; cat /etc/hostname; grep -E "named|db" /etc/hosts', {}, spec)).toEqual([
      'named',
      'named',
      '127.0.0.1\tnamed',
      '10.1.2.3\tdb\tdb.local',
    ]);
  });

  test('has the resolv.conf that its Pod asks for', async () => {
    const dnsConfig = {
      nameservers: ['192.0.2.1'],
      searches: ['example.org'],
      options: [{ name: 'ndots', value: '2' }, { name: 'rotate' }],
    };
    expect(await output('cat /etc/resolv.conf', {}, { dnsPolicy: 'None', dnsConfig })).toEqual([
      'nameserver 192.0.2.1',
      'search example.org',
      'options ndots:2 rotate',
    ]);
  });

  test('gets its own environment and nothing of the supervisor', async () => {
    const env = [
      { name: 'A', value: "it's $HOME; `id`" },
      { name: 'B.c-d', value: '$(A)\nnext' },
      { name: 'PATH', value: '/usr/bin:/bin' },
    ];
    const lines = await output('', { command: ['env'], env });
    expect(lines.sort()).toEqual(
      ["A=it's $HOME; `id`", "B.c-d=it's $HOME; `id`", 'HOME=/root', 'HOSTNAME=pod', 'PATH=/usr/bin:/bin', 'next'].sort(),
    );
  });

  test('runs what the command says, word by word', async () => {
    const words = ['', ' ', "'", '"', '$HOME', '`id`', '\\', '*', 'a\nb', '-n', '--', '#', 'ü', '~', '$(nothing)'];
    const command = ['sh', '-c', 'for word; do printf "<%s>" "$word"; done', 'sh', ...words];
    expect((await output('', { command })).join('\n')).toBe(words.map((word) => `<${word}>`).join(''));
  });

  test('can have a command with "=" in its name', async () => {
    const script = 'printf "#!/bin/sh\\necho ran\\n" >/v/a=b && chmod +x /v/a=b';
    const mount = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
    const outcome = await runScenario(identity, {
      spec: {
        volumes: [{ name: 'v', emptyDir: {} }],
        initContainers: [shell('i', script, mount)],
        containers: [{ name: 'c', image: 'x', command: ['/v/a=b'], ...mount }],
      },
    });
    expect(outcome.output['c']).toEqual(['ran']);
  });

  test('starts with no signal ignored or blocked', async () => {
    expect(await output('grep -E "Sig(Blk|Ign)" /proc/self/status')).toEqual(['SigBlk:\t0000000000000000', 'SigIgn:\t0000000000000000']);
  });

  test('keeps signals to its process group to itself', async () => {
    const outcome = await runScenario(identity, {
      spec: {
        containers: [
          shell('other', 'sleep 0.5; echo alive'),
          shell('c', 'trap "" TERM; kill -TERM 0; (kill -KILL 0); echo still here; exit 4'),
        ],
      },
    });
    expect(exitCodes(outcome)).toEqual({ c: 4, other: 0 });
  });

  test('leaves no process behind when its first one ends', async () => {
    const mark = `86400.${process.pid}${identity.uid}`;
    await output(`(setsid sleep ${mark} >/dev/null 2>&1 &); exit 0`);
    expect(findProcesses(mark)).toEqual([]);
  });

  test('does not see the state folder, nor the environment of the supervisor', async () => {
    const stateDirectory = makeStateDirectory(identity);
    writeFileSync(join(stateDirectory, 'secret'), 'secret');
    const script = `ls -A ${stateDirectory} 2>&1 | wc -l; touch ${stateDirectory}/x 2>/dev/null && echo written; cat /proc/*/environ | tr "\\0" "\\n" | grep -c FROM_SUPERVISOR`;
    const outcome = await runScenario(identity, { stateDirectory, spec: { containers: [shell('c', script)] } });
    expect(outcome.output['c']?.at(-1)).toBe('0');
    expect(outcome.output['c']).not.toContain('written');
    expect(existsSync(join(stateDirectory, 'x'))).toBe(false);
    expect(readFileSync(join(stateDirectory, 'secret'), 'utf8')).toBe('secret');
  });

  test('gets no descriptor that the supervisor was given', async () => {
    const [command = '', ...args] = await driverCommand(identity, {
      spec: { containers: [shell('c', 'ls -l /proc/self/fd | grep -c -- "-> /$"; ls /proc/self/fd/7/ 2>/dev/null | head -1')] },
      steps: [{ do: 'exec', container: 'c', command: ['sh', '-c', 'ls /proc/self/fd/7/'] }],
    });
    const slash = openSync('/', 'r');
    const stdio = ['ignore', 'pipe', 'inherit', ...Array.from({ length: 4 }, () => 'ignore' as const), slash] as const;
    const { stdout } = spawnSync(command, args, { stdio: [...stdio], encoding: 'utf8', env: { PATH: process.env['PATH'], HOME: '/' } });
    closeSync(slash);
    expect((JSON.parse(stdout) as Outcome).output['c']).toEqual(['0']);
  });

  test('shares processes with the Pod where it asks for that', async () => {
    const outcome = await runScenario(identity, {
      spec: {
        shareProcessNamespace: true,
        containers: [
          shell('a', 'exec sleep 86399'),
          shell('b', 'while ! pgrep -x sleep >/dev/null; do :; done; pkill -KILL -x sleep; (sleep 86398 &) ; exit 3'),
        ],
      },
    });
    expect(exitCodes(outcome)).toEqual({ a: 137, b: 3 });
    expect(findProcesses('86398')).toEqual([]);
  });

  test('has a root that is read-only where it asks for that', async () => {
    const script = '(: >/etc/x) 2>/dev/null || echo refused; : >/tmp/x && echo tmp; echo message >/dev/termination-log';
    const outcome = await runScenario(identity, {
      spec: { containers: [shell('c', script, { securityContext: { readOnlyRootFilesystem: true } })] },
    });
    expect(outcome.output['c']).toEqual(['refused', 'tmp']);
    expect(outcome.exits['c']?.message).toBe('message\n');
  });

  test('gets the working directory that it names, made where it is missing', async () => {
    expect(await output('pwd; ls -A | wc -l', { workingDir: '/not/there/yet' })).toEqual(['/not/there/yet', '0']);
  });
});

function exitCodes({ exits }: Outcome): Record<string, number> {
  return Object.fromEntries(Object.values(exits).map(({ name, exitCode }) => [name, exitCode]));
}

/** The processes of this machine whose command line has the text. */
function findProcesses(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(text);
    } catch {
      return false;
    }
  });
}
