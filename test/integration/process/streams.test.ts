import { describe, expect, test } from 'vitest';
import type { Outcome, Step } from './driver.ts';
import { everybody, runScenario, shell } from './scenario.ts';

describe.each(everybody)('streams of a container of $name', (identity) => {
  async function run(container: object, steps: readonly Step[], spec: object = {}): Promise<Outcome> {
    const outcome = await runScenario(identity, {
      spec: { containers: [container], ...spec },
      steps: [{ do: 'waitForOutput', container: 'c', text: 'up' }, ...steps, { do: 'stop', container: 'c', graceMs: 0 }],
    });
    expect(outcome.failures).toEqual({});
    return outcome;
  }
  const idle = shell('c', 'echo up; exec sleep 60');

  test('a command gets its input and gives both of its outputs', async () => {
    const { sessions } = await run(idle, [
      { do: 'session', container: 'c', command: ['sh', '-c', 'cat; echo error >&2; echo again >/dev/stdout; exit 3'], input: 'given\n' },
      { do: 'session', container: 'c', command: ['sh', '-c', 'cat; hostname; cat /proc/1/comm'] },
      { do: 'session', container: 'c', command: ['sh', '-c', 'head -c 3000000 /dev/zero | tr "\\0" x'] },
      { do: 'session', container: 'c', command: ['wc', '-c'], input: 'y'.repeat(1_000_000) },
    ]);
    expect(sessions.map((one) => ({ ...one, stdout: one.stdout.replace(/x{3000000}/, 'all') }))).toEqual([
      { stdout: 'given\nagain\n', stderr: 'error\n', exitCode: 3 },
      { stdout: 'pod\nsleep\n', stderr: '', exitCode: 0 },
      { stdout: 'all', stderr: '', exitCode: 0 },
      { stdout: '1000000\n', stderr: '', exitCode: 0 },
    ]);
  });

  test('a command can have a terminal, and its size where there is Perl', async () => {
    const script = 'test -t 0 && test -t 1 && test -t 2 && echo terminal; read -r word; echo "got $word"; stty size; exit 4';
    const { sessions } = await run(idle, [
      { do: 'session', container: 'c', command: ['sh', '-c', script], tty: true, input: 'word\n', size: [101, 37] },
    ]);
    const size = identity.launcher === 'shell' ? '0 0' : '37 101';
    const lines = sessions.map(({ stdout, ...rest }) => ({ ...rest, lines: stdout.split('\r\n').toSorted() }));
    expect(lines).toEqual([{ lines: ['', 'got word', size, 'terminal', 'word'].toSorted(), stderr: '', exitCode: 4 }]);
  });

  describe('with a terminal', () => {
    const terminal = { stdin: true, tty: true };
    const isTerminal = 'test -t 0 && test -t 1 && test -t 2 && echo terminal';

    test('a container says all that it says to it, and who attaches types and gives its size', async () => {
      const script = `${isTerminal}; tty; echo "TERM=$TERM"; echo error >&2; echo up; read -r word; echo "got $word"; stty size; exit 4`;
      const outcome = await runScenario(identity, {
        spec: { containers: [shell('c', script, terminal)] },
        steps: [
          { do: 'waitForOutput', container: 'c', text: 'up' },
          { do: 'session', container: 'c', tty: true, input: 'word\n', size: [101, 37] },
        ],
      });
      const size = identity.launcher === 'shell' ? '0 0' : '37 101';
      expect(outcome.admission.warn).toEqual([]);
      expect(outcome.failures).toEqual({});
      expect(outcome.streams['c']).toEqual(['stdout']);
      const lines = ['terminal', '/dev/pts/0', 'TERM=xterm', 'error', 'up', 'word', 'got word', size];
      expect(outcome.output['c']).toEqual(lines.map((line) => `${line}\r`));
      expect(outcome.sessions).toEqual([{ stdout: `word\r\ngot word\r\n${size}\r\n`, stderr: '', exitCode: 4 }]);
      expect(outcome.exits['c']?.exitCode).toBe(4);
    });

    test('a container goes on when who attached has left, also with stdinOnce', async () => {
      const script = 'echo up; while read -r line; do echo "read $line"; done; echo over';
      const { sessions } = await run(shell('c', script, { ...terminal, stdinOnce: true }), [
        { do: 'session', container: 'c', tty: true, input: 'one\n', until: 'read one' },
        { do: 'session', container: 'c', tty: true, input: 'two\n', until: 'read two' },
      ]);
      expect(sessions.map(({ stdout }) => stdout)).toEqual(['one\r\nread one\r\n', 'two\r\nread two\r\n']);
    });

    test('a container gets signals and what is typed to interrupt, and its exit code is its own', async () => {
      const script = 'trap "echo caught" INT; trap "exit 7" TERM; echo $$$$ up; while :; do sleep 0.1; done';
      const outcome = await runScenario(identity, {
        spec: {
          containers: [shell('c', script, terminal), shell('killed', 'trap "" TERM HUP; echo up; while :; do sleep 0.1; done', terminal)],
        },
        steps: [
          { do: 'waitForOutput', container: 'c', text: 'up' },
          { do: 'waitForOutput', container: 'killed', text: 'up' },
          { do: 'session', container: 'c', tty: true, input: '\x03', until: 'caught' },
          { do: 'waitForOutput', container: 'c', text: 'caught' },
          { do: 'stop', container: 'c', graceMs: 30_000 },
          { do: 'stop', container: 'killed', graceMs: 100 },
        ],
      });
      expect(outcome.output['c']?.[0]).toBe('1 up\r');
      expect(outcome.exits).toMatchObject({ c: { exitCode: 7 }, killed: { exitCode: 137 } });
    });

    test('the terminal is that of the user, of a container with the Pod processes, and of one beside another', async () => {
      const script = `${isTerminal}; echo again >/dev/stdout; echo tty >/dev/tty; id -u`;
      const other = { ...terminal, securityContext: { runAsUser: 1234, allowPrivilegeEscalation: false } };
      const outcome = await runScenario(identity, {
        spec: { shareProcessNamespace: true, containers: [shell('c', `${script}; sleep 4323 & echo up; read -r line`, other)] },
        steps: [
          { do: 'waitForOutput', container: 'c', text: 'up' },
          { do: 'debug', container: { name: 'debugger', command: ['sh', '-c', script] }, target: 'c' },
          { do: 'waitForExit', container: 'debugger' },
          { do: 'session', container: 'c', tty: true, input: 'line\n' },
        ],
      });
      const lines = ['terminal\r', 'again\r', 'tty\r', '1234\r'];
      expect(outcome.failures).toEqual({});
      expect(outcome.output).toMatchObject({ c: [...lines, 'up\r', 'line\r'], debugger: lines });
      expect(outcome.exits).toMatchObject({ c: { exitCode: 0 }, debugger: { exitCode: 0 } });
    });

    test('nothing of much output is lost, nor of input that is read late', async () => {
      const script = 'stty raw -echo; echo up; sleep 0.5; head -c 1000000 /dev/zero | tr "\\0" x; head -c 100000 | wc -c';
      const { sessions } = await run(shell('c', script, terminal), [
        { do: 'session', container: 'c', tty: true, input: 'y'.repeat(100_000) },
      ]);
      expect(sessions.map(({ stdout, exitCode }) => [stdout.replace(/x{1000000}/, 'all '), exitCode])).toEqual([['all 100000\n', 0]]);
    });

    test('a command that cannot be executed is named', async () => {
      const { failures } = await runScenario(identity, {
        spec: { containers: [{ ...terminal, name: 'c', image: 'x', command: ['no-such'] }] },
      });
      expect(failures['c']?.message).toBe('exec: "no-such": executable file not found in $PATH');
    });
  });

  test('what is typed to interrupt goes to the command alone', async () => {
    const script = 'trap "echo caught; exit 5" INT; echo ready; while :; do sleep 0.1; done';
    const { sessions } = await run(idle, [
      { do: 'session', container: 'c', command: ['sh', '-c', script], tty: true, until: 'ready', typed: '\x03' },
    ]);
    expect(sessions.map(({ stdout, exitCode }) => [stdout.replaceAll(/\s+/g, ' '), exitCode])).toEqual([['ready ^Ccaught ', 5]]);
  });

  test('a command ends when nobody is there any more', async () => {
    const script = 'for p in /proc/[0-9]*; do tr "\\0" " " <$p/cmdline; echo; done 2>/dev/null | grep -c "^sleep 4321"';
    const { sessions, execs } = await run(idle, [
      { do: 'session', container: 'c', command: ['sh', '-c', 'echo ready; exec sleep 4321'], until: 'ready' },
      { do: 'exec', container: 'c', command: ['sh', '-c', script] },
    ]);
    expect(sessions).toEqual([{ stdout: 'ready\n', stderr: '', exitCode: 137 }]);
    expect(execs).toEqual([{ kind: 'exited', exitCode: 1, output: '0\n' }]);
  });

  test('who attaches hears what the container says, and with stdinOnce ends its input', async () => {
    const reader = shell('c', 'echo up; while read -r line; do echo "read $line"; done; echo over', { stdin: true, stdinOnce: true });
    const outcome = await runScenario(identity, {
      spec: { containers: [reader] },
      steps: [
        { do: 'waitForOutput', container: 'c', text: 'up' },
        { do: 'session', container: 'c', input: 'one\ntwo\n' },
      ],
    });
    expect(outcome.sessions).toEqual([{ stdout: 'read one\nread two\nover\n', stderr: '', exitCode: 0 }]);
    expect(outcome.output['c']).toEqual(['up', 'read one', 'read two', 'over']);
  });

  test('without stdinOnce the input stays open for the next', async () => {
    const reader = shell('c', 'echo up; while read -r line; do echo "read $line"; done; echo over', { stdin: true });
    const { sessions } = await run(reader, [
      { do: 'session', container: 'c', input: 'one\n', until: 'read one' },
      { do: 'session', container: 'c', input: 'two\n', until: 'read two' },
    ]);
    expect(sessions).toEqual([
      { stdout: 'read one\n', stderr: '' },
      { stdout: 'read two\n', stderr: '' },
    ]);
  });

  test('an ephemeral container sees the processes of its target, and ends with the Pod', async () => {
    const { output } = await run(idle, [
      {
        do: 'debug',
        container: { name: 'debugger', command: ['sh', '-c', 'cat /proc/1/comm; hostname; echo seen; exec sleep 60'] },
        target: 'c',
      },
      { do: 'waitForOutput', container: 'debugger', text: 'seen' },
      { do: 'debug', container: { name: 'other', command: ['sh', '-c', 'cat /proc/1/comm; echo alone'] } },
      { do: 'waitForExit', container: 'other' },
    ]);
    expect(output).toMatchObject({ debugger: ['sleep', 'pod', 'seen'], other: ['sh', 'alone'] });
  });
});
