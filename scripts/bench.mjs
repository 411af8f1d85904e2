// npm run bench: builds what is missing, then measures the built program. Arguments choose: sequence, start-up, many-pods, engines,
// engine-pods (these two with the engines of the tests), resources, simulate.
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
    // What CommonJS dependencies need to load Node.js's own modules.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  const { status } = spawnSync(process.execPath, [outfile, path.join(root, 'dist/cli/main.js'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
