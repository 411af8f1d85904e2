import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

// Behaviour recorded from a real kubelet, and the judge that compares: they live beside the repository.
const conformance = join(import.meta.dirname, '../../../shared/conformance');
const program = join(import.meta.dirname, '../../dist/cli/main.js');

interface Case {
  readonly seconds: number;
  readonly deleteAfter: number | null;
  readonly gracePeriod: number | null;
}

/** It is about an image that the machine does not have; here every image is the machine itself. */
const needsRealImages = ['image-never-missing'];

if (!existsSync(conformance)) {
  if (process.env['CI'] !== undefined) throw new Error(`no recordings at ${conformance}: under CI they must be there`);
  console.warn(`NOT RUN: the comparison with recordings of a real kubelet, which are not at ${conformance}`);
}

describe.runIf(existsSync(conformance))('behaves as the recorded kubelet', () => {
  const cases = Object.entries(JSON.parse(readFileSync(join(conformance, 'cases.json'), 'utf8')) as Record<string, Case>);
  const folder = mkdtempSync(join(tmpdir(), 'outrider-conformance-'));

  test.concurrent.for(cases.filter(([name]) => !needsRealImages.includes(name)))('%s', async ([name, one]) => {
    const run = await watch(name, one);
    const file = join(folder, `${name}.ndjson`);
    await writeFile(file, run);
    expect(await judge(join(conformance, 'expected', `${name}.json`), file)).toBe('');
  });
});

/** What `outrider run -o json` prints while the case is watched: to its end, or for its seconds. */
function watch(name: string, { seconds, deleteAfter, gracePeriod }: Case): Promise<string> {
  const deletion =
    deleteAfter === null ? [] : ['--for', `${deleteAfter}s`, ...(gracePeriod === null ? [] : ['--grace-period', String(gracePeriod)])];
  const state = mkdtempSync(join(tmpdir(), 'outrider-state-'));
  const args = [
    program,
    'run',
    '--runtime',
    'process',
    join(conformance, 'cases', `${name}.json`),
    '-o',
    'json',
    '--state-dir',
    state,
    ...deletion,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  let timer: NodeJS.Timeout | undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    // The case begins when the Pod is created, however long the program takes to start on a busy machine.
    timer ??= setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
    chunks.push(chunk);
  });
  return new Promise((resolve) => {
    child.on('close', () => {
      clearTimeout(timer);
      resolve(wholeLines(Buffer.concat(chunks).toString()));
    });
  });
}

/** The differences that the judge found, one a line. */
function judge(expected: string, run: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('python3', [join(conformance, 'compare.py'), expected, run], (error, stdout, stderr) => {
      if (error !== null && error.code !== 1) reject(new Error(`the judge failed: ${stderr}`));
      else resolve(stdout);
    });
  });
}

/** A kill may cut the last line. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}
