// What has to be done again on this checkout, judged by modification times.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { URL, fileURLToPath } from 'node:url';

/** The project's root folder. */
export const root = fileURLToPath(new URL('..', import.meta.url));

/** Whether `output` is missing or older than any of `inputs` (files and folders, relative to the root). */
export function isStale(output, inputs) {
  const builtAt = modifiedAt(output);
  return builtAt === undefined || inputs.some((input) => newest(path.join(root, input)) > builtAt);
}

/** Installs the dependencies as the lockfile has them, unless that has been done. */
export function ensureInstalled() {
  // npm writes this file at the end of every installation.
  if (!isStale(path.join(root, 'node_modules/.package-lock.json'), ['package-lock.json'])) return;
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], 'Installing dependencies');
}

/** Builds dist/, unless nothing has changed since. */
export function ensureBuilt() {
  run(process.execPath, ['scripts/build.mjs', '--if-stale']);
}

/** Runs a command of the project's root to its end and ends this process with its exit code when it fails. */
function run(command, args, title) {
  if (title) console.error(`${title} ...`);
  const { status, signal, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (error) throw error;
  if (status !== 0) {
    console.error(`${[command, ...args].join(' ')} failed (${signal ?? `exit code ${status}`}).`);
    process.exit(status ?? 1);
  }
}

function modifiedAt(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}

function newest(file) {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.mtimeMs ?? 0;
  return Math.max(stats.mtimeMs, ...readdirSync(file).map((name) => newest(path.join(file, name))));
}
