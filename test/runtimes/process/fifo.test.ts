import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FifoOutput } from '../../../src/runtimes/process/fifo.ts';

let folder: string;
let chunks: Buffer[];
let output: FifoOutput;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'outrider-fifo-'));
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  chunks = [];
  output = new FifoOutput(join(folder, 'fifo'), (chunk) => chunks.push(chunk));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Writes to the FIFO. */
function run(command: string, ...args: string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', output.writer, 'ignore'] });
  output.handOver();
  return child;
}

const size = (): number => chunks.reduce((sum, { length }) => sum + length, 0);

test('what a command has written is there when it has ended, read or not', async () => {
  output.pause();
  const child = run('sh', '-c', 'seq 1 5000');
  await once(child, 'exit');
  expect(output.drain()).toBe(true);
  expect(Buffer.concat(chunks).toString()).toBe(Array.from({ length: 5000 }, (_, index) => `${index + 1}\n`).join(''));
});

test('a writer waits for a reader that pauses', async () => {
  output.pause();
  const child = run('head', '-c', '1000000', '/dev/zero');
  const ended = once(child, 'exit');
  // What is read while pausing is what one read gives.
  for (let round = 0; round < 100; round++) await turn();
  expect(size()).toBe(0);
  expect(child.exitCode).toBeNull();
  output.resume();
  await ended;
  output.drain();
  expect(size()).toBe(1_000_000);
});

test('a writer that goes on does not keep the reader', async () => {
  const child = run('yes');
  while (size() === 0) await turn();
  output.pause();
  const before = size();
  expect(output.drain()).toBe(false);
  expect(size() - before).toBeLessThan(4 * 65536);
  // It has nobody to write to any more.
  await once(child, 'exit');
});
