import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import type { ExecResult } from '../../engine/runtime-service.ts';
import { KeptOutput } from '../shared/kept-output.ts';
import { FifoOutput } from './fifo.ts';
import { coverInherited } from './inherited-descriptors.ts';

export interface ExecRequest {
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDir?: string;
  readonly timeoutMs: number | undefined;
  /** Carries the output, so that the command can open /dev/stdout again; without it, a pair of sockets does. */
  readonly fifo: ExecFifo | undefined;
  /** Called with the process as soon as there is one. */
  readonly started?: (pid: number) => void;
}

export interface ExecFifo {
  readonly path: string;
  /** `isClean`: nobody has it open any more. */
  release(isClean: boolean): void;
}

/** Runs a command line to its end, or until its time is up: then everything that it started is killed. Never rejects. */
export async function exec(request: ExecRequest): Promise<ExecResult> {
  const { command, environment, workingDir = '/', timeoutMs, fifo, started } = request;
  const [program = '', ...args] = command;
  const kept = new KeptOutput();
  return new Promise((resolve) => {
    const output = fifo && new FifoOutput(fifo.path, (chunk) => kept.add(chunk));
    const own = output?.writer ?? 'pipe';
    const stdio = coverInherited(['ignore', own, own]);
    // In a session of its own, by which all that it started is found again.
    const child = spawn(program, args, { env: environment, cwd: workingDir, detached: true, stdio });
    output?.handOver();
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => kept.add(chunk));
    let hasTimedOut = false;
    const timeOut = (): void => {
      hasTimedOut = true;
      if (child.pid !== undefined) killSession(child.pid);
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(timeOut, timeoutMs);
    const finish = (result: (text: string) => ExecResult): void => {
      clearTimeout(timer);
      if (output !== undefined) fifo?.release(output.drain());
      // What outlives the command loses its output, as it does in a cluster.
      for (const stream of [child.stdout, child.stderr]) stream?.destroy();
      resolve(result(kept.text()));
    };
    child.on('error', ({ message }) => finish(() => ({ kind: 'error', message })));
    // Output that came by a socket before the exit is handed out in this turn of the event loop.
    child.on('exit', (code, signal) => setImmediate(() => finish((text) => ended(code, signal, hasTimedOut, text))));
    if (child.pid !== undefined) started?.(child.pid);
  });
}

function ended(code: number | null, signal: NodeJS.Signals | null, hasTimedOut: boolean, output: string): ExecResult {
  if (hasTimedOut) return { kind: 'timeout', output };
  return { kind: 'exited', exitCode: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), output };
}

/** Kills a session leader, its process group, and whatever else is in its session. */
export function killSession(leader: number): void {
  kill(-leader);
  for (const name of readProcesses()) if (sessionOf(name) === leader) kill(Number(name));
}

function readProcesses(): string[] {
  try {
    return readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    // No /proc: the process group is all that can be found.
    return [];
  }
}

/** Source: proc_pid_stat(5); the name of the program, in parentheses, may contain anything. */
function sessionOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[3]);
  } catch {
    return undefined;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
