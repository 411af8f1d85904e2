// npm run bench: builds what is missing, then measures the built program. Arguments choose: sequence, start-up, many-pods, resources, simulate.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './freshness.mjs';

ensureInstalled();
ensureBuilt();

const { buildSync } = await import('esbuild');
const folder = mkdtempSync(path.join(tmpdir(), 'outrider-bench-'));
try {
  const outfile = path.join(folder, 'bench.mjs');
  buildSync({
    absWorkingDir: root,
    entryPoints: ['bench/main.ts'],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
  });
  const { status } = spawnSync(process.execPath, [outfile, path.join(root, 'dist/cli/main.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
