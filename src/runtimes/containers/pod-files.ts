import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hostsFile } from '../../pod/hosts.ts';
import type { References } from '../../pod/references.ts';
import type { Pod } from '../../pod/types.ts';
import type { PodFolders } from './state-folders.ts';

/**
 * Writes /etc/hosts of the Pod's containers and gives its path. In place: containers have the file itself mounted, and see the change.
 */
export function writeHosts(pod: Pod, podIPs: readonly string[], references: References, { etc }: PodFolders): string {
  mkdirSync(etc, { recursive: true, mode: 0o700 });
  const path = join(etc, 'hosts');
  const content = hostsFile(pod, podIPs, references.hosts(), pod.spec.hostNetwork === true ? readOr('/etc/hosts') : '');
  if (readOr(path) !== content) writeFileSync(path, content);
  chmodSync(path, 0o644);
  return path;
}

/** An empty file that the container, whoever it runs as, leaves its termination message in. */
export function makeTerminationLog({ termination }: PodFolders, container: string, restartCount: number): string {
  const folder = join(termination, container);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = terminationLog({ termination }, container, restartCount);
  writeFileSync(path, '');
  chmodSync(path, 0o666);
  return path;
}

export function terminationLog({ termination }: Pick<PodFolders, 'termination'>, container: string, restartCount: number): string {
  return join(termination, container, String(restartCount));
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
