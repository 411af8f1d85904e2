import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Pod } from '../../pod/types.ts';

export interface StateFolders {
  readonly state: string;
  /** A folder for each Pod, by its UID. */
  readonly pods: string;
  /** Persistent volume claims; they outlive the Pods. */
  readonly claims: string;
  readonly logs: string;
  /** seccomp profiles of type Localhost. */
  readonly seccomp: string;
}

/** Makes the folders of this runtime. Throws when the state folder cannot be used. */
export function makeStateFolders(stateDirectory: string): StateFolders {
  try {
    mkdirSync(stateDirectory, { recursive: true, mode: 0o700 });
    const state = realpathSync(stateDirectory);
    if (/[,:\n]/.test(state)) throw new Error('its path must have none of , : or line breaks in it, which mounts cannot carry');
    const folders = {
      state,
      pods: join(state, 'containers'),
      claims: join(state, 'claims'),
      logs: join(state, 'logs'),
      seccomp: join(state, 'seccomp'),
    };
    for (const folder of [folders.pods, folders.claims, folders.logs]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folders;
  } catch (error) {
    throw new Error(`the state folder ${stateDirectory} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

/** What of a Pod is on disk while it is there. */
export interface PodFolders {
  readonly root: string;
  readonly volumes: string;
  /** Volumes made of Secrets and the like, in memory where this program may mount. */
  readonly payloads: string;
  readonly etc: string;
  readonly termination: string;
  /** Parts of volumes, bound by file descriptor. */
  readonly subPaths: string;
}

export function podFolders({ pods }: StateFolders, { metadata }: Pod): PodFolders {
  const root = join(pods, metadata.uid);
  return {
    root,
    volumes: join(root, 'volumes'),
    payloads: join(root, 'payloads'),
    etc: join(root, 'etc'),
    termination: join(root, 'termination'),
    subPaths: join(root, 'subpaths'),
  };
}
