import { accessSync, constants, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FilesOfOthers, removeAsSubordinates } from '../shared/remove-as-subordinates.ts';
import type { ContainerEngine } from './container-engine.ts';
import { mountPoints, unmountAll } from './mounts.ts';

/**
 * Removes a folder with everything mounted in it, but not what those mounts show. Rejects rather than to remove something through a
 * mount that is left.
 */
export async function removeTree(folder: string, { giveBackFolders }: Pick<ContainerEngine, 'giveBackFolders'>): Promise<void> {
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return;
  await unmountAll(folder);
  const left = mountPoints(folder);
  if (left.length > 0) throw new Error(`${left.join(', ')} is still mounted: unmount it and remove ${folder}`);
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error;
    await (giveBackFolders === undefined ? removeAsSubordinates(folder) : removeGivenBack(folder, giveBackFolders));
  }
}

async function removeGivenBack(folder: string, giveBackFolders: NonNullable<ContainerEngine['giveBackFolders']>): Promise<void> {
  let before = '';
  // Each time it can be seen what is in those that were closed before.
  for (let closed = closedFolders(folder); closed.length > 0; closed = closedFolders(folder)) {
    if (closed.join() === before) throw new FilesOfOthers(folder, `the engine cannot give them to this user`);
    before = closed.join();
    await giveBackFolders(folder, closed);
  }
  rmSync(folder, { recursive: true, force: true });
}

/** Folders that this program may not read or remove something from. */
function closedFolders(folder: string): string[] {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return [folder];
  }
  const inside = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return inside.flatMap(({ name }) => closedFolders(join(folder, name)));
}
