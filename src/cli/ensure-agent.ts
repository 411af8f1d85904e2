import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './failure.ts';
import { oneLine } from './one-line.ts';
import { stateDirectory } from './state-directory.ts';
import type { SupervisorClient } from './supervisor-client.ts';
import { connectSupervisors } from './supervisors.ts';

/**
 * The agent of the state folder. Where none runs, one is started that ends when it has nothing left to do; what it says goes to
 * `agent.log` in the state folder.
 *
 * @throws {Failure} when it does not start.
 */
export async function ensureAgent(stateDir: string | undefined): Promise<SupervisorClient> {
  const running = await findAgent(stateDir);
  if (running !== undefined) return running;
  const directory = stateDirectory(stateDir, process.env);
  const log = join(directory, 'agent.log');
  await startAgent(directory, log);
  // Somebody else may have started one meanwhile, and this one has left to them.
  const started = await findAgent(stateDir);
  if (started === undefined) throw new Failure(`the agent did not start: ${lastLine(log)}; see ${log}`);
  return started;
}

async function findAgent(stateDir: string | undefined): Promise<SupervisorClient | undefined> {
  return (await connectSupervisors(stateDir)).find(({ socket }) => socket.kind === 'agent');
}

/** Resolves once it is ready, or has ended. */
async function startAgent(directory: string, log: string): Promise<void> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const output = openSync(log, 'a', 0o600);
  try {
    const words = [...process.execArgv, process.argv[1] ?? '', 'agent', '--exit-when-idle', '--state-dir', directory];
    const agent = spawn(process.execPath, words, { detached: true, stdio: ['ignore', output, output, 'ipc'], cwd: '/' });
    // It tells by a message that it is ready.
    await Promise.race([once(agent, 'message'), once(agent, 'exit')]);
    if (agent.connected) agent.disconnect();
    agent.unref();
  } finally {
    closeSync(output);
  }
}

function lastLine(log: string): string {
  const lines = readFileSync(log, 'utf8').trimEnd().split('\n');
  return oneLine(lines.at(-1)?.replace(/^outrider: /, '') || 'it said nothing');
}
