import { execFileSync } from 'node:child_process';

/** The tests in this folder run the built program: this builds it before the first of them, if a source is newer. */
export default function setup(): void {
  execFileSync(process.execPath, ['scripts/build.mjs', '--if-stale'], { cwd: new URL('../..', import.meta.url), stdio: 'inherit' });
}
