import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type EngineName, engineEnvironment, requireEngine, requireFile } from '../engines/engines.ts';

// Behaviour recorded from a real kubelet, and the judge that compares: they live beside the repository.
const conformance = join(import.meta.dirname, '../../../shared/conformance');
const program = join(import.meta.dirname, '../../dist/cli/main.js');

interface Case {
  readonly seconds: number;
  readonly deleteAfter: number | null;
  readonly gracePeriod: number | null;
}

/** It is about an image that the machine does not have; on the process runtime every image is the machine itself. */
const needsRealImages = ['image-never-missing'];

const areThere = requireFile(conformance, 'the comparison with recordings of a real kubelet', `they are not at ${conformance}`);

type RuntimeName = 'process' | EngineName;

const engines: readonly EngineName[] = ['docker', 'podman', 'containerd'];
const runtimes: readonly RuntimeName[] = [
  'process',
  ...engines.filter((engine) => requireEngine(engine, `the comparison with recordings of a real kubelet on ${engine}`)),
];

describe.runIf(areThere)('behaves as the recorded kubelet', () => {
  const cases = Object.entries(JSON.parse(readFileSync(join(conformance, 'cases.json'), 'utf8')) as Record<string, Case>);
  const folder = mkdtempSync(join(tmpdir(), 'outrider-conformance-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const runs = cases.flatMap(([name, one]) =>
    runtimes.filter((runtime) => runtime !== 'process' || !needsRealImages.includes(name)).map((runtime) => [runtime, name, one] as const),
  );

  const compare = async (runtime: RuntimeName, name: string, one: Case, attempt: string): Promise<string> => {
    const scratch = join(folder, `${runtime}-${name}-${attempt}`);
    await mkdir(scratch);
    const file = join(scratch, 'run.ndjson');
    await writeFile(file, await watch(runtime, name, one, join(scratch, 'state')));
    return judge(join(conformance, 'expected', `${name}.json`), file);
  };
  // The kubelet had its machine to itself, and its order of things a second apart is part of what is compared: what differs while
  // several cases share few processors is judged by itself. More than a few of them would be a fault all the same.
  const disturbed: (typeof runs)[number][] = [];

  test.concurrent.for(runs)('on %s: %s', async (run) => {
    const [runtime, name, one] = run;
    const differences = await compare(runtime, name, one, 'shared');
    if (differences === '') return;
    console.warn(`on ${runtime}: ${name} differs while others run, and is judged again by itself:\n${differences}`);
    disturbed.push(run);
    expect(disturbed.length).toBeLessThanOrEqual(mostDisturbed);
  });

  test('what differed while others ran is the same by itself', { timeout: 600_000 }, async () => {
    const differences: string[] = [];
    for (const [runtime, name, one] of disturbed) {
      const found = await compare(runtime, name, one, 'alone');
      if (found !== '') differences.push(`on ${runtime}: ${name}: ${found}`);
    }
    expect(differences).toEqual([]);
  });
});

/** Of some three hundred. */
const mostDisturbed = 12;

/** What `outrider run -o json` prints while the case is watched: to its end, or for its seconds if the recorded one had not ended then. */
function watch(runtime: RuntimeName, name: string, { seconds, deleteAfter, gracePeriod }: Case, state: string): Promise<string> {
  const limitMs = hasEnd(name) ? endLimitMs : seconds * 1000;
  const deletion =
    deleteAfter === null ? [] : ['--for', `${deleteAfter}s`, ...(gracePeriod === null ? [] : ['--grace-period', String(gracePeriod)])];
  const manifest = join(conformance, 'cases', `${name}.json`);
  const args = [program, 'run', manifest, '--runtime', runtime, '-o', 'json', '--state-dir', state, ...deletion];
  const env = { ...process.env, ...(runtime === 'process' ? {} : engineEnvironment(runtime)) };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  const chunks: Buffer[] = [];
  let stderr = '';
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  child.stdout.on('data', (chunk: Buffer) => {
    // The case begins when the Pod is created, however long the program takes to start on a busy machine.
    timer ??= setTimeout(() => {
      isOver = true;
      // Interrupted twice: everything is killed and removed.
      child.kill('SIGINT');
      child.kill('SIGTERM');
    }, limitMs);
    if (!isOver) chunks.push(chunk);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      if (chunks.length === 0) reject(new Error(`outrider run printed nothing to standard output: ${stderr}`));
      else resolve(wholeLines(Buffer.concat(chunks).toString()));
    });
  });
}

/** Whether the recorded Pod ended while it was watched. */
function hasEnd(name: string): boolean {
  const { canonical } = JSON.parse(readFileSync(join(conformance, 'expected', `${name}.json`), 'utf8')) as {
    canonical: { phases: string[] };
  };
  return ['Succeeded', 'Failed'].includes(canonical.phases.at(-1) ?? '');
}

/** More than any of them takes on a busy machine. */
const endLimitMs = 120_000;

/** The differences that the judge found, one a line. */
function judge(expected: string, run: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('python3', [join(conformance, 'compare.py'), expected, run], (error, stdout, stderr) => {
      if (error !== null && error.code !== 1) reject(new Error(`the judge failed: ${stderr}`));
      else resolve(stdout);
    });
  });
}

/** The end of the time may cut the last line. */
function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}
