import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { identities, runScenario, shell } from './scenario.ts';

describe.each(identities)('without namespaces, $name', (identity) => {
  const platform = 'darwin' as const;

  test('Pods that need none run', async () => {
    const outcome = await runScenario(identity, {
      platform,
      spec: {
        initContainers: [shell('i', 'echo first')],
        containers: [
          shell('c', 'echo "$A"; pwd; echo failing >&2; exit 4', {
            env: [{ name: 'A', value: 'b' }],
            workingDir: '/usr',
            terminationMessagePolicy: 'FallbackToLogsOnError',
          }),
        ],
      },
    });
    expect(outcome.admission.refuse).toEqual([]);
    expect(outcome.output['i']).toEqual(['first']);
    expect(outcome.output['c']?.sort()).toEqual(['/usr', 'b', 'failing']);
    expect(outcome.exits['c']).toMatchObject({ exitCode: 4 });
    expect(outcome.exits['c']?.message).toContain('failing');
  });

  test('a container is told to stop, and killed with what it started', async () => {
    const mark = `6666.${process.pid}${identity.uid}`;
    const outcome = await runScenario(identity, {
      platform,
      spec: { containers: [shell('c', `trap "" TERM; sleep ${mark} & echo up; while :; do wait; done`)] },
      steps: [
        { do: 'waitForOutput', container: 'c', text: 'up' },
        { do: 'exec', container: 'c', command: ['echo', 'hi'] },
        { do: 'stop', container: 'c', graceMs: 200 },
      ],
    });
    expect(outcome.execs).toEqual([{ kind: 'exited', exitCode: 0, output: 'hi\n' }]);
    expect(outcome.exits['c']?.exitCode).toBe(137);
    expect(readdirSync('/proc').filter((pid) => commandLine(pid).includes(mark))).toEqual([]);
  });

  test('a command that does not exist is named', async () => {
    const { failures } = await runScenario(identity, { platform, spec: { containers: [{ name: 'c', image: 'x', command: ['no-such'] }] } });
    expect(failures['c']).toEqual({
      reason: 'RunContainerError',
      message: 'exec: "no-such": executable file not found in $PATH',
      exitCode: 128,
    });
  });

  test('what needs namespaces is refused in a line that says why', async () => {
    const { admission } = await runScenario(identity, {
      platform,
      spec: {
        volumes: [{ name: 'v', emptyDir: {} }],
        securityContext: { runAsUser: 1234 },
        containers: [shell('c', 'true', { volumeMounts: [{ name: 'v', mountPath: '/v' }] })],
      },
    });
    const message = 'This takes Linux namespaces: this system has no Linux namespaces; use a Linux machine or a Linux virtual machine.';
    expect(admission.refuse).toEqual([
      { field: 'spec.securityContext.runAsUser', message },
      { field: 'spec.containers[0].volumeMounts', message },
    ]);
  });
});

function commandLine(pid: string): string[] {
  try {
    return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') : [];
  } catch {
    return [];
  }
}
