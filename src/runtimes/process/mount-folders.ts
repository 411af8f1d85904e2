import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Container } from '../../pod/types.ts';
import { followInside } from '../shared/container-path.ts';
import { isReplaced } from './image-plan.ts';

/** A folder of the machine, as it is there. */
export interface MountFolder {
  readonly path: string;
  readonly mode: number;
}

/**
 * The machine's folders in which the containers need mount points or working directories that are not there, upper ones first. In
 * a user namespace nobody may make anything in folders of the machine's root, so the skeleton has them as well: in an overlay,
 * a folder belongs to whom it belongs to in the uppermost layer.
 */
export function mountFolders(containers: readonly Container[]): MountFolder[] {
  const found = new Map<string, MountFolder>();
  for (const { volumeMounts = [], workingDir, terminationMessagePath } of containers) {
    const paths = [...volumeMounts.map(({ mountPath }) => mountPath), workingDir, terminationMessagePath];
    for (const path of paths) {
      if (path === undefined || path === '') continue;
      for (const folder of foldersAbove(followInside('/', path))) found.set(folder.path, folder);
    }
  }
  return [...found.values()].sort((a, b) => a.path.length - b.path.length);
}

/** Nothing for a path that is there already; what does not exist can be made in what does. */
function foldersAbove(path: string): MountFolder[] {
  if (isReplaced(path) || statSync(path, { throwIfNoEntry: false }) !== undefined) return [];
  const folders: MountFolder[] = [];
  for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats !== undefined && !stats.isDirectory()) return [];
    if (stats !== undefined) folders.push({ path: folder, mode: stats.mode & 0o7777 });
  }
  return folders;
}
