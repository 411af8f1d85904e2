import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PodComparison } from '../../../src/explain/compare-workload.ts';
import { runCompare } from '../../../src/cli/commands/compare.ts';
import { capturedIO } from '../captured-io.ts';

async function compare(files: string[], { output = 'text', columns = 80 }: { output?: 'text' | 'json'; columns?: number } = {}) {
  const { io, written } = capturedIO();
  const exitCode = await runCompare({ files, output }, { ...io, stdout: { ...io.stdout, columns }, env: {} });
  return { exitCode, ...written };
}

const manifests = readdirSync('test/explain/manifests').map((name) => join('test/explain/manifests', name));

describe('outrider compare', () => {
  it.each([80, 120])('prints the comparison %i columns wide', async (columns) => {
    const { exitCode, stdout, stderr } = await compare([], { columns });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns);
    await expect(stdout).toMatchFileSnapshot(`golden/compare-${columns}.txt`);
  });

  it.each(manifests)('fills it in with the containers of %s', async (file) => {
    const { exitCode, stdout, stderr } = await compare([file]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    await expect(stdout).toMatchFileSnapshot(`golden/compare-${file.replace(/^.*\//, '').replace('.yaml', '')}.txt`);
  });

  it('prints JSON', async () => {
    const general = JSON.parse((await compare([], { output: 'json' })).stdout) as { dimensions: { dimension: string }[] };
    expect(general.dimensions.map(({ dimension }) => dimension)).toContain('Resources');
    const { items } = JSON.parse((await compare(['test/explain/manifests/seed.yaml'], { output: 'json' })).stdout) as {
      items: PodComparison[];
    };
    expect(items.map(({ name, init, sidecar, traditional }) => ({ name, init, sidecar, traditional }))).toEqual([
      { name: 'web-app', init: ['wait-for-db', 'run-migrations'], sidecar: [], traditional: [] },
      { name: 'app-with-logging', init: [], sidecar: [], traditional: ['log-shipper'] },
      { name: 'app-with-native-sidecar', init: ['prepare-config'], sidecar: ['envoy-proxy'], traditional: [] },
      { name: 'configured-by-git', init: ['git-clone'], sidecar: [], traditional: [] },
    ]);
  });

  it('says what cannot be read', async () => {
    expect(await compare(['none.yaml'])).toEqual({ exitCode: 1, stdout: '', stderr: 'none.yaml: no such file or folder\n' });
  });
});
