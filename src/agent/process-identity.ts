import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Which process: its number alone is given to another one some day. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in a form that only its equality means something of; other after a restart of the machine. */
  readonly startTime: string;
}

export function ownIdentity(): ProcessIdentity {
  return { pid: process.pid, startTime: startTime(process.pid) ?? '' };
}

export function isAlive({ pid, startTime: started }: ProcessIdentity): boolean {
  return startTime(pid) === started;
}

/** Undefined: there is no such process. */
function startTime(pid: number): string | undefined {
  return process.platform === 'linux' ? linuxStartTime(pid) : psStartTime(pid);
}

function linuxStartTime(pid: number): string | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // Behind the command, which may have spaces and brackets in it: the 20th field, in clock ticks since the machine's start.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()}/${fields[19] ?? ''}`;
}

function psStartTime(pid: number): string | undefined {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
