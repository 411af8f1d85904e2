import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where logs, claims and the state of runs are kept: `--state-dir`, else the user's own place for such things. */
export function stateDirectory(given: string | undefined, env: NodeJS.ProcessEnv): string {
  if (given !== undefined) return resolve(given);
  const base = env['XDG_STATE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.local', 'state') : base, 'outrider');
}
