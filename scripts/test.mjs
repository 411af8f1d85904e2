// npm test: installs what is missing and runs every check; all of them, even when one fails. Arguments after `--` go to vitest.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { ensureInstalled, root } from './freshness.mjs';

ensureInstalled();

// A file name given here is found in one of the two projects.
const vitestArgs = process.argv.length > 2 ? ['--passWithNoTests', ...process.argv.slice(2)] : [];
const checks = [
  ['types', 'typescript/bin/tsc', '-p', 'tsconfig.json'],
  ['types of the pure folders', 'typescript/bin/tsc', '-p', 'tsconfig.pure.json'],
  ['lint', 'eslint/bin/eslint.js', '.'],
  ['format', 'prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
  ['unused code', 'knip/bin/knip.js'],
  ['build', '../scripts/build.mjs'],
  ['package', 'publint/src/cli.js'],
  ['unit tests', 'vitest/vitest.mjs', 'run', '--project', 'unit', ...vitestArgs],
  ['integration tests', 'vitest/vitest.mjs', 'run', '--project', 'integration', ...vitestArgs],
];

// Nobody else uses the engines of the tests meanwhile: what a test leaves behind there is a failure.
const env = { ...process.env, OUTRIDER_TEST_LEFTOVERS: '1' };
const startedAt = Date.now();
const failed = checks.filter(([name, script, ...args]) => {
  console.log(`\n> ${name}`);
  const { status } = spawnSync(process.execPath, [path.join(root, 'node_modules', script), ...args], { cwd: root, stdio: 'inherit', env });
  return status !== 0;
});

const seconds = Math.round((Date.now() - startedAt) / 1000);
if (failed.length > 0) console.log(`\nFailed: ${failed.map(([name]) => name).join(', ')}`);
console.log(`\n${checks.length - failed.length} passed, ${failed.length} failed\n${seconds} s`);
process.exitCode = failed.length === 0 ? 0 : 1;
