import { expect, test } from 'vitest';
import type { ExecOptions, ExecSession } from '../../../src/engine/runtime-service.ts';
import { onBothEngines, shell, type EngineFixture } from './fixture.ts';

onBothEngines('commands and streams', (fixture) => {
  test('execSync gives the output and the exit code', async () => {
    const id = await sleeper(fixture);
    expect(await fixture.engine.execSync(id, shell('echo out; exit 4'), 10_000)).toEqual({ kind: 'exited', exitCode: 4, output: 'out\n' });
    expect(await fixture.engine.execSync(id, ['no-such-program'], 10_000)).toMatchObject({
      kind: 'error',
      message: expect.stringContaining('no-such-program') as string,
    });
  });

  test('execSync ends what takes too long', async () => {
    const id = await sleeper(fixture);
    const result = await fixture.engine.execSync(id, shell('echo begun; exec sleep 4321'), 500);
    expect(result).toEqual({ kind: 'timeout', output: 'begun\n' });
    const count = async (): Promise<unknown> => fixture.engine.execSync(id, shell('ps | grep -c "[s]leep 4321"'), 10_000);
    await expect.poll(count, { timeout: 5000 }).toMatchObject({ output: '0\n' });
  });

  test('a command takes input up to its end, and keeps its streams apart', async () => {
    const id = await sleeper(fixture);
    const { session, text } = await exec(fixture, id, { command: shell('cat; echo problem >&2; exit 9'), tty: false, stdin: true });
    await session.write(Buffer.from('one\ntwo\n'));
    session.endInput();
    expect(await session.exited).toBe(9);
    expect(text).toEqual({ stdout: 'one\ntwo\n', stderr: 'problem\n' });
  });

  test('a command without input reads its end at once', async () => {
    const id = await sleeper(fixture);
    const { session, text } = await exec(fixture, id, { command: shell('cat; echo done'), tty: false, stdin: false });
    expect(await session.exited).toBe(0);
    expect(text.stdout).toBe('done\n');
  });

  test('a terminal has the size that it is given', async () => {
    const id = await sleeper(fixture);
    const { session, text } = await exec(fixture, id, { command: shell('read line; stty size; exit 3'), tty: true, stdin: true });
    session.resize(101, 31);
    await expect
      .poll(() => fixture.engine.execSync(id, shell('stty size < /dev/pts/0'), 5000), { timeout: 5000 })
      .toMatchObject({ output: '31 101\n' });
    await session.write(Buffer.from('\n'));
    expect(await session.exited).toBe(3);
    expect(text.stdout).toContain('31 101');
  });

  test('attach joins the streams of the container itself', async () => {
    const sandbox = await fixture.sandbox({ name: 'attached' });
    const { id, exited } = await fixture.start(sandbox, shell('while read line; do echo "got $line"; done; exit 6'), { stdin: true });
    let text = '';
    const session = await fixture.engine.attach(id, {
      tty: false,
      stdin: true,
      output: (_stream, chunk) => (text += Buffer.from(chunk).toString()),
    });
    await session.write(Buffer.from('hello\n'));
    await expect.poll(() => text).toBe('got hello\n');
    await fixture.engine.stopContainer(id, 0);
    expect(await session.exited).toBeUndefined();
    expect((await exited).exitCode).toBe(137);
  });
});

async function sleeper(fixture: EngineFixture): Promise<string> {
  const sandbox = await fixture.sandbox({ name: 'sleeper' });
  return (await fixture.start(sandbox, ['sleep', '1000'])).id;
}

interface Text {
  stdout: string;
  stderr: string;
}

async function exec(
  fixture: EngineFixture,
  id: string,
  options: Omit<ExecOptions, 'output'>,
): Promise<{ session: ExecSession; text: Text }> {
  const text = { stdout: '', stderr: '' };
  const output: ExecOptions['output'] = (stream, chunk) => (text[stream] += Buffer.from(chunk).toString());
  return { session: await fixture.engine.exec(id, { ...options, output }), text };
}
