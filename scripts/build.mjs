// Builds dist/: the command line as ES modules for Node.js 20, split so that each command loads only what it needs. All libraries
// go into it, which spares finding and reading some hundred files at every start.
// `--if-stale`: only when a source is newer.
import { existsSync } from 'node:fs';
import { chmod, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isStale, root } from './freshness.mjs';

const outdir = path.join(root, 'dist');
/** Written last, and anew with every build. */
const stamp = path.join(outdir, 'THIRD-PARTY-LICENSES.txt');
const inputs = ['src', 'package.json', 'package-lock.json', 'scripts/build.mjs'];

if (!process.argv.includes('--if-stale') || isStale(stamp, inputs)) {
  // esbuild has said what is wrong.
  await buildAll().catch((error) => (error.errors ? process.exit(1) : Promise.reject(error)));
}

async function buildAll() {
  const { build } = await import('esbuild');
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { 'cli/main': 'src/cli/main.ts', 'cli/pod-network': 'src/cli/pod-network-main.ts' },
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Names stay, for stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    // What CommonJS dependencies need to load Node.js's own modules.
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  await removeLeftovers(new Set(Object.keys(metafile.outputs).map((file) => path.join(root, file))));
  await chmod(path.join(outdir, 'cli/main.js'), 0o755);
  await writeFile(stamp, await licenses(Object.keys(metafile.inputs)));
}

/** Files of earlier builds. */
async function removeLeftovers(written) {
  for (const file of await readdir(outdir, { recursive: true, withFileTypes: true })) {
    const name = path.join(file.parentPath, file.name);
    if (file.isFile() && !written.has(name)) await rm(name);
  }
}

/** The licences of the packages that files of went into the bundle. */
async function licenses(files) {
  const packages = new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  const texts = [];
  for (const folder of [...packages].sort()) {
    const { name, version, license } = JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8'));
    const file = (await readdir(path.join(root, folder))).find((candidate) => /^licen[cs]e/i.test(candidate));
    const text = file && existsSync(path.join(root, folder, file)) ? await readFile(path.join(root, folder, file), 'utf8') : '';
    texts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
