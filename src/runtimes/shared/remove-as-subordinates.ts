import { run } from './run.ts';
import { subordinateIds } from './subordinate-ids.ts';
import { createUserNamespace } from './user-namespace.ts';

/** Users of containers have written what this user cannot remove. */
export class FilesOfOthers extends Error {
  constructor(folder: string, why: string, cause?: unknown) {
    super(`${folder} holds files of other users (${why}): remove it as root`, { cause });
    this.name = 'FilesOfOthers';
  }
}

/**
 * Removes a folder with what users of containers have written into it: on an engine without root they are this user's subordinate ids.
 *
 * @throws FilesOfOthers when they are not, or nothing can be done in their name.
 */
export async function removeAsSubordinates(folder: string): Promise<void> {
  const ids = subordinateIds();
  if (ids === undefined) throw new FilesOfOthers(folder, 'this user has no subordinate ids');
  try {
    const namespace = await createUserNamespace(ids, process.env);
    try {
      await run(['nsenter', `--user=${namespace.path}`, '--', 'rm', '-rf', '--', folder], process.env);
    } finally {
      namespace.close();
    }
  } catch (error) {
    throw new FilesOfOthers(folder, (error as Error).message, error);
  }
}
