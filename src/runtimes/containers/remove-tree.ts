import { accessSync, constants, lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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
  let before = '';
  for (;;) {
    try {
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
      return;
    } catch (error) {
      // Each time it can be seen what is in those that were closed before.
      const closed = closedFolders(folder);
      if (closed.length === 0 || closed.join() === before || giveBackFolders === undefined) throw error;
      before = closed.join();
      await giveBackFolders(folder, closed);
    }
  }
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
