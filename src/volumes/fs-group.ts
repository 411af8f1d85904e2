import { constants } from 'node:fs';
import { lchown, lstat, open, opendir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

export interface FsGroup {
  readonly gid: number;
  /** The volume is read-only for the containers: the group gets no write permission. */
  readonly readOnly?: boolean;
  /** `OnRootMismatch` does nothing when the root of the volume fits already. Default `Always`. */
  readonly changePolicy?: 'Always' | 'OnRootMismatch';
}

/**
 * Gives a volume to a group, as `spec.securityContext.fsGroup` asks: every file and folder gets the group and permissions for
 * it, the root of the volume last. Symbolic links are left alone. Resolves to the first failure (a user may only give files to a
 * group of their own); the rest is done all the same.
 */
export async function applyFsGroup(root: string, group: FsGroup): Promise<Error | undefined> {
  if (group.changePolicy === 'OnRootMismatch' && (await fits(root, group))) return undefined;
  const failures: Error[] = [];
  await visit(root, group, (error) => failures.push(error));
  return failures[0];
}

/** The mode that a file or folder of a volume gets for fsGroup: what it has, and what the group needs. */
export function fsGroupMode(mode: number, isDirectory: boolean, readOnly = false): number {
  return (mode & 0o7777) | (readOnly ? 0o440 : 0o660) | (isDirectory ? 0o2110 : 0);
}

async function fits(root: string, { gid, readOnly }: FsGroup): Promise<boolean> {
  const stats = await lstat(root).catch(() => undefined);
  return (
    stats !== undefined && stats.isDirectory() && stats.gid === gid && fsGroupMode(stats.mode, true, readOnly) === (stats.mode & 0o7777)
  );
}

async function visit(path: string, group: FsGroup, failed: (error: Error) => void): Promise<void> {
  try {
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) return;
    if (stats.isDirectory()) {
      for await (const entry of await opendir(path)) await visit(join(path, entry.name), group, failed);
    }
    if (stats.isDirectory() || stats.isFile() || stats.isFIFO()) await changeOpened(path, group);
    // Sockets and devices cannot be opened without effect, and by name a link could stand in for them by now.
    else await lchown(path, stats.uid, group.gid);
  } catch (error) {
    failed(error as Error);
  }
}

/** Through an open file, so that a link put in its place meanwhile is not followed. */
async function changeOpened(path: string, { gid, readOnly }: FsGroup): Promise<void> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const { uid, mode } = await file.stat();
    const isDirectory = (mode & constants.S_IFMT) === constants.S_IFDIR;
    // The owner first: changing it clears the set-group-id bit.
    await file.chown(uid, gid);
    await file.chmod(fsGroupMode(mode, isDirectory, readOnly));
  } finally {
    await file?.close();
  }
}
