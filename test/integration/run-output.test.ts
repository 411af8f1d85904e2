import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { WatchEvent } from '../../src/trace/watch-event.ts';

const entry = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'outrider-run-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('outrider run', () => {
  it('prints what runs first, then lines, then the summary', async () => {
    const { exitCode, stdout, stderr } = await run(pod('echo hello; exit 0', 'Never')).ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toMatch(/^Running web \(1 Pod, 2 containers\) on process: /);
    expect(stdout).toMatch(/\n +\d+\.\d\ds web\/prepare - completed after /);
    expect(stdout).toMatch(/\n +\d+\.\d\ds web\/app +\| hello\n/);
    expect(stdout).toMatch(/\nCONTAINER +STARTED +RAN +RESTARTS +EXIT +WAITED\nweb\/prepare .* 0 Completed .*\nweb\/app .* 0 Completed /);
  });

  it('prints nothing but watch events with -o json', async () => {
    const { exitCode, stdout } = await run(pod('echo hello; exit 3', 'Never'), '-o', 'json').ended;
    expect(exitCode).toBe(3);
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as WatchEvent);
    expect(events[0]).toMatchObject({ type: 'ADDED', object: { kind: 'Pod', metadata: { name: 'web' }, status: { phase: 'Pending' } } });
    for (const { type, time, object } of events) {
      expect(type).toMatch(/^(ADDED|MODIFIED|DELETED)$/);
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(object.kind).toMatch(/^(Pod|Event)$/);
    }
    expect(events.filter(({ object }) => object.kind === 'Event').length).toBeGreaterThan(3);
  });

  it('has printed all that happened when it is killed', async () => {
    const running = run(pod('echo hello; sleep 60', 'Never'), '-o', 'json');
    for await (const line of running.lines) {
      if (line.includes('"phase":"Running"')) break;
    }
    running.child.kill('SIGKILL');
    const { stdout } = await running.ended;
    expect(stdout.endsWith('\n')).toBe(true);
    expect(() =>
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).not.toThrow();
  });

  it('ends the Pods when nobody reads on', async () => {
    const running = run(pod("trap 'exit 0' TERM; while :; do echo hello; sleep 0.1; done", 'Never'));
    for await (const line of running.lines) {
      if (line.endsWith('| hello')) break;
    }
    running.child.stdout.destroy();
    const { exitCode, stderr } = await running.ended;
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(/^outrider: interrupted: [^\n]*\n$/) as string });
  });

  it('ends the Pods at the first interrupt and kills them at the second', async () => {
    const running = run(pod("trap '' TERM; while :; do sleep 0.1; done", 'Never'));
    for await (const line of running.lines) {
      if (/web\/app +- ready$/.test(line)) break;
    }
    running.child.kill('SIGINT');
    for await (const line of running.lines) {
      if (line.includes('is stopping')) break;
    }
    running.child.kill('SIGINT');
    expect((await running.ended).exitCode).toBe(130);
  });
});

function pod(script: string, restartPolicy: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: {
      restartPolicy,
      initContainers: [{ name: 'prepare', image: 'busybox', command: ['true'] }],
      containers: [{ name: 'app', image: 'busybox', command: ['sh', '-c', script] }],
    },
  };
}

/** Starts `outrider run -` with the manifest and more arguments. */
function run(manifest: object, ...args: string[]) {
  const child = spawn(process.execPath, [entry, 'run', '-', '--runtime', 'process', '--state-dir', folder, ...args], { stdio: 'pipe' });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  child.stdin.end(JSON.stringify(manifest));
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number | null, stdout, stderr }));
  return { child, ended, lines: linesOf(child.stdout) };
}

/** May be iterated several times, each going on where the last stopped. */
function linesOf(stream: NodeJS.ReadableStream): AsyncIterable<string> {
  const lines = createInterface({ input: stream })[Symbol.asyncIterator]();
  return { [Symbol.asyncIterator]: () => ({ next: () => lines.next() }) };
}
