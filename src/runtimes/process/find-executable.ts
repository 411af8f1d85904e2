import { statSync } from 'node:fs';
import { posix } from 'node:path';
import { followInside } from '../shared/container-path.ts';
import type { ContainerUser } from './users.ts';

export interface ExecutableRequest {
  /** The container's root folder, as this program sees it. */
  readonly root: string;
  readonly command: string;
  readonly workingDir: string;
  /** PATH of the container. */
  readonly searchPath: string;
  readonly user: Pick<ContainerUser, 'uid' | 'gid' | 'groups'>;
}

/** Why a command cannot be executed, in the words of container runtimes; undefined when it can. */
export function executableProblem(request: ExecutableRequest): string | undefined {
  const { command, workingDir, searchPath } = request;
  if (command.includes('/')) {
    const problem = fileProblem(request, posix.resolve(workingDir, command));
    return problem && `exec: ${JSON.stringify(command)}: ${problem.startsWith('no such') ? `stat ${command}: ` : ''}${problem}`;
  }
  const files = command === '' ? [] : searchPath.split(':').map((folder) => posix.resolve(workingDir, folder, command));
  const isFound =
    files.some((file) => problemAt(request, file) === undefined) || files.some((file) => fileProblem(request, file) === undefined);
  return isFound ? undefined : `exec: ${JSON.stringify(command)}: executable file not found in $PATH`;
}

/** With links followed as the container follows them. */
function fileProblem(request: ExecutableRequest, path: string): string | undefined {
  return problemAt(request, path) && problemAt(request, followInside(request.root, path));
}

/** With links followed as this program does: mostly they lead to the same, and this is many times faster. */
function problemAt({ root, user }: ExecutableRequest, path: string): string | undefined {
  try {
    const stats = statSync(root + path, { throwIfNoEntry: false });
    if (stats === undefined) return 'no such file or directory';
    if (stats.isDirectory()) return 'is a directory';
    return isExecutable(stats, user) ? undefined : 'permission denied';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR' ? 'not a directory' : 'permission denied';
  }
}

/** Root may execute what anybody may. Ids are compared where they are the machine's; elsewhere any bit will do. */
function isExecutable({ mode, uid, gid }: { mode: number; uid: number; gid: number }, user: ExecutableRequest['user']): boolean {
  if (user.uid === 0 || process.getuid?.() !== 0) return (mode & 0o111) !== 0;
  if (user.uid === uid) return (mode & 0o100) !== 0;
  if (user.gid === gid || user.groups.includes(gid)) return (mode & 0o010) !== 0;
  return (mode & 0o001) !== 0;
}
