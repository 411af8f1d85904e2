import { readFileSync } from 'node:fs';

export interface Usage {
  /** The most that it had at once. */
  readonly megabytes: number;
  /** Of all its threads, so far. */
  readonly cpuMs: number;
}

/** Undefined when the process has ended. Source: proc_pid_status(5), proc_pid_stat(5); the kernel counts CPU time in hundredths of a second there. */
export function usageOf(pid: number): Usage | undefined {
  try {
    const [, kilobytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (kilobytes === undefined) return undefined;
    return { megabytes: Number(kilobytes) / 1024, cpuMs: (Number(fields[11]) + Number(fields[12])) * 10 };
  } catch {
    return undefined;
  }
}
