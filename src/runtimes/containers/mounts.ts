import { existsSync, readFileSync } from 'node:fs';
import { run } from '../shared/run.ts';

/** Mounts a file system in memory on a folder, with half of the machine's memory where no size is given. */
export async function mountMemory(folder: string, sizeBytes: number | undefined, mode: string): Promise<void> {
  const options = ['nodev', `mode=${mode}`, ...(sizeBytes === undefined ? [] : [`size=${sizeBytes}`])].join(',');
  await run(['mount', '-n', '-t', 'tmpfs', '-o', options, 'tmpfs', folder], process.env);
}

/** Binds what an open file descriptor of this program stands for: nobody can put something else in its place meanwhile. */
export async function bindDescriptor(descriptor: number, target: string): Promise<void> {
  await run(['mount', '-n', '-c', '--bind', `/proc/${process.pid}/fd/${descriptor}`, target], process.env);
}

/** Whether something is mounted on exactly this folder. */
export function isMountPoint(path: string): boolean {
  return existsSync(path) && mountPoints(path).includes(path);
}

/** Unmounts everything below a folder and on it, the innermost first; what is still in use goes when its last user does. */
export async function unmountAll(folder: string): Promise<void> {
  for (const path of mountPoints(folder).reverse()) await run(['umount', '-n', '-l', '--', path], process.env);
}

/** The mount points on a folder and below it, in the order in which they were mounted. */
export function mountPoints(folder: string): string[] {
  return mountTable()
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    )
    .filter((path) => path === folder || path.startsWith(`${folder}/`));
}

function mountTable(): string {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8');
  } catch {
    // Not Linux: this program mounts nothing there.
    return '';
  }
}
