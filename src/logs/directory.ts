import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Pod } from '../pod/types.ts';

/** The folder of a container's log files, laid out as the kubelet's /var/log/pods: `root/NAMESPACE_NAME_UID/CONTAINER`. */
export function logDirectory(root: string, { metadata }: Pod, container: string): string {
  return join(root, `${metadata.namespace}_${metadata.name}_${metadata.uid}`, container);
}

/** The log file of one instance of a container: `RESTARTCOUNT.log`. */
export function logFile(directory: string, restartCount: number): string {
  return join(directory, `${restartCount}.log`);
}

/** The highest N of the files `N.log` in `directory`, undefined when there is none: where the restart count goes on. */
export function highestLogNumber(directory: string): number | undefined {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch {
    return undefined;
  }
  const numbers = names.flatMap((name) => /^(\d+)\.log/.exec(name)?.[1] ?? []).map(Number);
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}
