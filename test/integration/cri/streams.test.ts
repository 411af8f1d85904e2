import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExecSession } from '../../../src/engine/runtime-service.ts';
import { requireEngine } from '../../engines/engines.ts';
import { CriFixture, shell } from './fixture.ts';

describe.runIf(requireEngine('containerd', 'the tests of streams over the CRI'))('streams over the CRI', () => {
  const fixture = new CriFixture();
  let id = '';

  beforeAll(async () => {
    await fixture.open();
    const sandbox = await fixture.sandbox('streams');
    ({ id } = await fixture.start(sandbox, 'streams', ['sleep', '1000']));
  });
  afterAll(() => fixture.close());

  /** Runs a command; what it wrote is gathered by stream. */
  async function exec(command: readonly string[], options: { tty?: boolean; stdin?: boolean } = {}): Promise<Joined> {
    const output = { stdout: '', stderr: '' };
    const session = await fixture.engine.exec(id, {
      command,
      tty: false,
      stdin: false,
      ...options,
      output: (stream, chunk) => (output[stream] += Buffer.from(chunk).toString()),
    });
    return { session, output };
  }

  test('the exit code comes after the last output of both streams', async () => {
    const { session, output } = await exec(shell('echo out; echo err >&2; exit 9'));
    expect(await session.exited).toBe(9);
    expect(output).toEqual({ stdout: 'out\n', stderr: 'err\n' });
  });

  test('a command reads its input to the end', async () => {
    const { session, output } = await exec(['wc', '-c'], { stdin: true });
    const chunk = Buffer.alloc(300_000, 'x');
    for (let round = 0; round < 10; round++) await session.write(chunk);
    session.endInput();
    expect(await session.exited).toBe(0);
    expect(output.stdout).toBe('3000000\n');
  });

  test('much output comes whole and in order', async () => {
    const { session, output } = await exec(shell('seq 1 200000'));
    expect(await session.exited).toBe(0);
    expect(output.stdout).toBe(Array.from({ length: 200_000 }, (_, index) => `${index + 1}\n`).join(''));
  });

  test('a terminal has the size that it was given, also later', async () => {
    const { session, output } = await exec(shell('trap "stty size; exit 3" WINCH; echo ready; while :; do sleep 0.05; done'), {
      tty: true,
      stdin: true,
    });
    await expect.poll(() => output.stdout).toBe('ready\r\n');
    session.resize(123, 45);
    expect(await session.exited).toBe(3);
    expect(output.stdout).toBe('ready\r\n45 123\r\n');
    expect(output.stderr).toBe('');
  });

  test('what is typed reaches a shell in a terminal', async () => {
    const { session, output } = await exec(['sh'], { tty: true, stdin: true });
    await session.write(Buffer.from('echo $((6*7)); exit 4\n'));
    expect(await session.exited).toBe(4);
    expect(output.stdout).toContain('\n42\r\n');
  });

  test('a program that is not there is told by its name', async () => {
    const { session } = await exec(['/no/such/program']);
    await expect(session.exited).rejects.toThrow(/"\/no\/such\/program"/);
    await expect(fixture.engine.exec('gone', { command: ['true'], tty: false, stdin: false, output: () => undefined })).rejects.toThrow(
      /not found/,
    );
  });

  test('leaving a command ends the session', async () => {
    const { session } = await exec(['sleep', '1000'], { stdin: true });
    session.close();
    expect(await session.exited).toBeUndefined();
    await session.write(Buffer.from('ignored'));
  });

  test('the streams of a container’s own process', async () => {
    const sandbox = await fixture.sandbox('attached');
    const container = await fixture.start(
      sandbox,
      'attached',
      shell('read line; echo got $line; read line; echo then $line; cat; exit 6'),
      {
        stdin: true,
        stdinOnce: true,
      },
    );
    const output: string[] = [];
    const session = await fixture.engine.attach(container.id, {
      tty: false,
      stdin: true,
      output: (stream, chunk) => output.push(`${stream} ${Buffer.from(chunk).toString()}`),
    });
    await session.write(Buffer.from('one\n'));
    await expect.poll(() => output.join('')).toBe('stdout got one\n');
    await session.write(Buffer.from('two\nrest\n'));
    session.endInput();
    expect((await container.exited).exitCode).toBe(6);
    await session.exited;
    expect(output.join('').replaceAll('stdout ', '')).toBe('got one\nthen two\nrest\n');
    await fixture.engine.outputComplete?.(container.id);
    expect(fixture.log(sandbox, 'attached')).toEqual(['stdout F got one', 'stdout F then two', 'stdout F rest']);
  });
});

interface Joined {
  readonly session: ExecSession;
  readonly output: { stdout: string; stderr: string };
}
