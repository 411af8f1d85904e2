import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ExecResult } from '../../../src/engine/runtime-service.ts';
import type { Step } from './driver.ts';
import { everybody, runScenario, shell } from './scenario.ts';

describe.each(everybody)('a command beside a container of $name', (identity) => {
  async function execAll(commands: readonly (readonly string[])[], rest: object = {}, timeoutMs = 5000): Promise<ExecResult[]> {
    const steps: Step[] = commands.map((command) => ({ do: 'exec', container: 'c', command, timeoutMs }));
    const spec = { containers: [shell('c', 'echo here >/tmp/mine; echo up; exec sleep 60', rest)] };
    const outcome = await runScenario(identity, {
      spec,
      steps: [{ do: 'waitForOutput', container: 'c', text: 'up' }, ...steps, { do: 'stop', container: 'c', graceMs: 0 }],
    });
    return outcome.execs;
  }

  test('sees what the container sees', async () => {
    const rest = { workingDir: '/usr', env: [{ name: 'A', value: 'a b' }] };
    const script = 'cat /tmp/mine; pwd; echo "$A"; hostname; cat /proc/1/comm; echo error >&2; echo again >/dev/stdout';
    expect(await execAll([['sh', '-c', script]], rest)).toEqual([
      { kind: 'exited', exitCode: 0, output: 'here\n/usr\na b\npod\nsleep\nerror\nagain\n' },
    ]);
  });

  test('has its exit code', async () => {
    expect(await execAll([['sh', '-c', 'exit 3'], ['true'], ['sh', '-c', 'kill -KILL $$']])).toEqual([
      { kind: 'exited', exitCode: 3, output: '' },
      { kind: 'exited', exitCode: 0, output: '' },
      { kind: 'exited', exitCode: 137, output: '' },
    ]);
  });

  test('has limited output', async () => {
    const [result] = await execAll([['sh', '-c', 'head -c 1000000 /dev/zero | tr "\\0" x']]);
    expect(result).toEqual({ kind: 'exited', exitCode: 0, output: 'x'.repeat(10 * 1024) });
  });

  test('is killed with all that it started when its time is up', async () => {
    const mark = `7777.${process.pid}${identity.uid}`;
    const script = `echo begun; sleep ${mark} & (setsid -f true); sleep ${mark}`;
    expect(await execAll([['sh', '-c', script]], {}, 300)).toEqual([{ kind: 'timeout', output: 'begun\n' }]);
    expect(commandLines().filter((words) => words.includes(mark))).toEqual([]);
  });

  test('does not hang on what it leaves behind', async () => {
    const results = await execAll([
      ['sh', '-c', 'sleep 50 & echo left'],
      ...Array.from({ length: 12 }, (_, index) => ['echo', String(index)]),
    ]);
    expect(results.map((result) => ('output' in result ? result.output.trim() : result.kind))).toEqual([
      'left',
      ...Array.from({ length: 12 }, (_, index) => String(index)),
    ]);
  });

  test('is named when it does not exist', async () => {
    expect(await execAll([['no-such-program'], ['/no/such']])).toEqual([
      { kind: 'error', message: 'exec: "no-such-program": executable file not found in $PATH' },
      { kind: 'error', message: 'exec: "/no/such": stat /no/such: no such file or directory' },
    ]);
  });

  test('cannot run once the container has ended', async () => {
    const outcome = await runScenario(identity, {
      spec: { containers: [shell('c', 'echo up'), shell('d', 'exec sleep 60')] },
      steps: [
        { do: 'waitForExit', container: 'c' },
        { do: 'exec', container: 'c', command: ['true'] },
        { do: 'stop', container: 'd', graceMs: 0 },
      ],
    });
    expect(outcome.execs).toEqual([{ kind: 'error', message: 'the container is not running' }]);
  });

  // Who has no subordinate ids has one user only.
  if (identity.uid !== 65534)
    test('has the user and the privileges of the container', async () => {
      const securityContext = { runAsUser: 1234, runAsGroup: 1235, allowPrivilegeEscalation: false };
      const [result] = await execAll([['sh', '-c', 'id -u; id -g; grep -E "NoNewPrivs|CapEff" /proc/self/status']], { securityContext });
      expect(result).toEqual({ kind: 'exited', exitCode: 0, output: '1234\n1235\nCapEff:\t0000000000000000\nNoNewPrivs:\t1\n' });
    });
});

function commandLines(): string[][] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')];
      } catch {
        return [];
      }
    });
}
