import { readFileSync } from 'node:fs';

/** The file that counts what the kernel kills for its memory in the cgroup of a process of this machine. */
export function oomCounter(pid: number): string | undefined {
  const cgroups = textOf(`/proc/${pid}/cgroup`);
  const first = /^\d+:memory:(\/.+)$/m.exec(cgroups)?.[1];
  if (first !== undefined) return `/sys/fs/cgroup/memory${first}/memory.oom_control`;
  const second = /^0::(\/.+)$/m.exec(cgroups)?.[1];
  return second === undefined ? undefined : `/sys/fs/cgroup${second}/memory.events`;
}

/** 0 when the cgroup is gone. */
export function readOomCounter(file: string): number {
  return Number(/^oom_kill (\d+)$/m.exec(textOf(file))?.[1] ?? 0);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
