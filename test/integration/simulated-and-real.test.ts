import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';

// Random Pods of short scripts: what the simulator says they do and what they do on the process runtime is the same to the judge.
// A failure prints the seed; OUTRIDER_SEED sets it.
const seed = Number(process.env['OUTRIDER_SEED'] ?? 20_261_122);
const judge = join(import.meta.dirname, '../../../shared/conformance/compare.py');
const program = join(import.meta.dirname, '../../dist/cli/main.js');
const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'outrider-simulated-and-real-'));

/** Times lie apart, so that no two things happen in one moment. */
const work = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.constantFrom(0, 0, 0, 3));
const server = fc.tuple(fc.integer({ min: 0, max: 1 }), fc.constantFrom(0, 143));
const entry = fc.oneof(
  work.map(([seconds]) => ({ command: ['sh', '-c', `sleep ${seconds - 0.5}`] })),
  server.map(([seconds, exit]) => ({
    restartPolicy: 'Always',
    command: ['sh', '-c', `trap 'sleep ${seconds}; exit ${exit}' TERM; while :; do sleep 0.1; done`],
  })),
);
const pods = fc.record({
  restartPolicy: fc.constant('Never'),
  terminationGracePeriodSeconds: fc.constantFrom(4, 6),
  initContainers: fc.array(entry, { maxLength: 3 }),
  containers: fc.array(
    work.map(([seconds, exit]) => ({ command: ['sh', '-c', `sleep ${seconds}; exit ${exit}`] })),
    { minLength: 1, maxLength: 2 },
  ),
});

test.concurrent.for(fc.sample(pods, { numRuns: 16, seed }).map((spec, i) => ({ spec, name: `random-${i}` })))(
  `simulated and real runs agree: seed ${seed}, $name`,
  async ({ spec, name }) => {
    const named = (containers: readonly object[], prefix: string): object[] =>
      containers.map((container, i) => ({ name: `${prefix}${i}`, image: 'busybox:1.36', ...container }));
    const manifest = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: {
        ...spec,
        initContainers: named(spec.initContainers, 'i'),
        // The n-th ends 0.7 s after the one before, whatever its own time.
        containers: named(spec.containers, 'm').map((container, i) => delayed(container, i * 0.7)),
      },
    };
    const file = join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify(manifest));
    const streams = await Promise.all([stream('simulate', file), stream('run', file)]);
    const [simulated = '', real = ''] = streams.map((text, i) => {
      const path = join(folder, `${name}.${i}.ndjson`);
      writeFileSync(path, text);
      return path;
    });
    const { stdout } = await run('python3', [judge, '--canon', simulated]);
    const expected = join(folder, `${name}.expected.json`);
    writeFileSync(expected, JSON.stringify({ canonical: JSON.parse(stdout) as unknown }));
    const differences = await run('python3', [judge, expected, real]).catch((error: unknown) => error as { stdout: string });
    expect(differences.stdout).toBe('');
  },
);

async function stream(command: 'simulate' | 'run', file: string): Promise<string> {
  const state = command === 'run' ? ['--runtime', 'process', '--state-dir', mkdtempSync(join(tmpdir(), 'outrider-state-'))] : [];
  // A Pod that fails ends with its container's exit code.
  const { stdout } = await run(process.execPath, [program, command, file, '-o', 'json', ...state], { maxBuffer: 1 << 26 }).catch(
    (error: unknown) => error as { stdout: string },
  );
  return stdout;
}

function delayed(container: object, seconds: number): object {
  const { command } = container as { command: string[] };
  return { ...container, command: ['sh', '-c', `sleep ${seconds}; ${command[2] ?? ''}`] };
}
