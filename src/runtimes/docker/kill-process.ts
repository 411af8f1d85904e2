import { readFileSync } from 'node:fs';

/** Kills a process of this machine, when it is in the container's control group: elsewhere the number could be anybody's. */
export function killProcess(pid: number, containerID: string): void {
  try {
    if (pid > 0 && readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(containerID)) process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended, or this user may not: then it is left to itself.
  }
}
