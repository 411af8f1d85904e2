import { openSync, readdirSync, readFileSync } from 'node:fs';

type Stdio = 'pipe' | 'ignore' | number;

/**
 * The `stdio` of a process that is to get nothing of what this program has inherited: descriptors that its own parent left open
 * would lead a container out of its root. Node.js closes its own ones; the others are covered with /dev/null.
 */
export function coverInherited(stdio: readonly Stdio[]): Stdio[] {
  inherited ??= inheritedDescriptors();
  const last = inherited.at(-1);
  if (last === undefined) return [...stdio];
  nullDevice ??= openSync('/dev/null', 'r+');
  const cover = nullDevice;
  return Array.from(
    { length: Math.max(last + 1, stdio.length) },
    (_, index) => stdio[index] ?? (inherited?.includes(index) ? cover : 'ignore'),
  );
}

/** What a program has inherited does not change. */
let inherited: readonly number[] | undefined;
let nullDevice: number | undefined;

/** Those beyond standard error that stay open in every program that is executed, in ascending order. */
function inheritedDescriptors(): number[] {
  let numbers: number[];
  try {
    numbers = readdirSync('/proc/self/fd').map(Number);
  } catch {
    // No /proc, no containers that could be led anywhere.
    return [];
  }
  return numbers.filter((number) => number > 2 && isKeptOpen(number)).sort((a, b) => a - b);
}

/** Source: proc_pid_fdinfo(5); the flags are octal, O_CLOEXEC is 02000000. */
function isKeptOpen(descriptor: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & 0o2000000) === 0;
  } catch {
    // It was the folder that was read.
    return false;
  }
}
