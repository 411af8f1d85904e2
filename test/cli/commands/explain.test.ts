import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Explanation } from '../../../src/explain/explain-workload.ts';
import { runExplain } from '../../../src/cli/commands/explain.ts';
import { runValidate } from '../../../src/cli/commands/validate.ts';
import { capturedIO } from '../captured-io.ts';

interface Run {
  exitCode: number;
  stdout: string;
  stderr: string;
}

interface Options {
  output?: 'text' | 'json';
  columns?: number;
  env?: Record<string, string>;
}

async function explain(files: string[], { output = 'text', columns = 80, env = {} }: Options = {}): Promise<Run> {
  const { io, written } = capturedIO();
  const exitCode = await runExplain({ files, output }, { ...io, stdout: { ...io.stdout, columns }, env });
  return { exitCode, ...written };
}

const invalid = `apiVersion: v1
kind: Pod
metadata: { name: bad }
spec:
  initContainers:
    - { name: i, image: i, livenessProbe: { exec: { command: [x] } } }
  containers: [{ name: a, imagee: a }]
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'outrider-explain-'));
  await writeFile(join(folder, 'bad.yaml'), invalid);
});
afterAll(() => rm(folder, { recursive: true }));

const examples = readdirSync('examples').filter((name) => name.endsWith('.yaml') && name !== 'stand-ins.yaml');
const manifests = readdirSync('test/explain/manifests').map((name) => join('test/explain/manifests', name));

describe('outrider explain', () => {
  // `npx vitest run -u test/cli/commands/explain.test.ts` writes the golden files anew.
  it.each([...manifests, ...examples.map((name) => join('examples', name))])('explains %s', async (file) => {
    const { exitCode, stdout, stderr } = await explain([file]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    await expect(stdout).toMatchFileSnapshot(`golden/explain-${file.replace(/^.*\//, '').replace('.yaml', '')}.txt`);
  });

  it('is as wide as the terminal', async () => {
    for (const columns of [40, 60, 100, 132]) {
      const { stdout } = await explain(['test/explain/manifests/istio.yaml'], { columns });
      const widest = Math.max(...stdout.split('\n').map((line) => line.length));
      expect(widest).toBeLessThanOrEqual(columns);
      expect(widest).toBeGreaterThan(columns - 10);
    }
  });

  it('gives each container one colour, and says the same without colours', async () => {
    const [colored, plain] = [
      (await explain(['examples/native-sidecar.yaml'], { env: { FORCE_COLOR: '1' } })).stdout,
      (await explain(['examples/native-sidecar.yaml'])).stdout,
    ];
    expect(colored).toContain('\u001B[36menvoy-proxy\u001B[39m');
    // eslint-disable-next-line no-control-regex
    expect(colored.replaceAll(/\u001B\[\d+m/g, '')).toBe(plain);
  });

  it('prints the facts as JSON', async () => {
    const { stdout } = await explain(['test/explain/manifests/jobs.yaml'], { output: 'json' });
    const { items } = JSON.parse(stdout) as { items: Explanation[] };
    expect(items.map(({ kind, name, completion, job }) => [kind, name, completion.likelySidecars, job?.backoffLimit])).toEqual([
      ['Job', 'report', ['cloud-sql-proxy', 'logs'], 3],
      ['CronJob', 'backup', [], 6],
      ['Job', 'migrate', [], 6],
    ]);
  });

  it('says what is wrong as outrider validate does, and explains the rest', async () => {
    const bad = join(folder, 'bad.yaml');
    const { io, written } = capturedIO();
    await runValidate({ files: [bad], output: 'text' }, io);
    const errors = written.stdout.split('\n').filter((line) => line.startsWith(bad) && !line.includes(': warning: '));
    expect(errors.length).toBeGreaterThan(1);
    const { exitCode, stdout, stderr } = await explain([bad, 'examples/metrics.yaml']);
    expect(exitCode).toBe(1);
    expect(stderr.trimEnd().split('\n')).toEqual(errors);
    expect(stdout).toMatch(/^Pod metrics /);
  });

  it('says that a file is missing, or without a Pod', async () => {
    await writeFile(join(folder, 'service.yaml'), 'apiVersion: v1\nkind: Service\nmetadata: { name: s }\n');
    expect(await explain([join(folder, 'none.yaml')])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `${folder}/none.yaml: no such file or folder\n`,
    });
    expect(await explain([join(folder, 'service.yaml')])).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: `${folder}/service.yaml: no Pod found, and nothing that has a Pod template\n`,
    });
  });

  it('leaves out stand-ins, and reads standard input', async () => {
    const folderRun = await explain(['examples']);
    expect({ exitCode: folderRun.exitCode, stderr: folderRun.stderr }).toEqual({ exitCode: 0, stderr: '' });
    const { io, written } = capturedIO(
      '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"a","image":"a"}]}}',
    );
    expect(await runExplain({ files: ['-'], output: 'text' }, { ...io, env: {} })).toBe(0);
    expect(written.stdout).toMatch(/^Pod p \(stdin\)\n/);
  });
});
