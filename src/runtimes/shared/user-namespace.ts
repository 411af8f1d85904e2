import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { run } from './run.ts';
import type { IdRange } from './subordinate-ids.ts';

/** A user namespace with subordinate ids, kept alive by a process that only waits for this program's end. */
export interface UserNamespace {
  readonly path: string;
  close(): void;
}

/**
 * Makes a user namespace in which the user is root and the ranges are the ids from 1 on. Rejects when the machine forbids user
 * namespaces or the mapping.
 */
export async function createUserNamespace(ids: { users: IdRange; groups: IdRange }, env: NodeJS.ProcessEnv): Promise<UserNamespace> {
  const holder = spawn('unshare', ['--user', 'sh', '-c', 'echo up; read -r end'], { env, detached: true, stdio: 'pipe' });
  try {
    await started(holder);
    const pid = String(holder.pid);
    await Promise.all([
      run(['newuidmap', pid, '0', String(process.getuid?.()), '1', ...mapping(ids.users)], env),
      run(['newgidmap', pid, '0', String(process.getgid?.()), '1', ...mapping(ids.groups)], env),
    ]);
    return { path: `/proc/${pid}/ns/user`, close: () => holder.stdin.destroy() };
  } catch (error) {
    holder.kill('SIGKILL');
    throw error;
  }
}

function mapping({ start, count }: IdRange): string[] {
  return ['1', String(start), String(count)];
}

async function started(child: ChildProcess): Promise<void> {
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'close').then(() => {
    throw new Error(errors.trim() || 'the user namespace could not be made');
  });
  if (child.stdout === null) return;
  await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => undefined);
  for (const stream of [child.stdin, child.stdout, child.stderr]) if (stream !== null && 'unref' in stream) (stream.unref as () => void)();
  child.unref();
}
