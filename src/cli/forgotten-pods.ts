import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PodRecord } from '../agent/pod-record.ts';
import { PodStore } from '../agent/pod-store.ts';
import { isAlive } from '../agent/process-identity.ts';

/** Records of Pods that nobody supervises now: their supervisor has died, or it has left because they have ended. */
export function forgottenPods(stateDirectory: string, warn: (line: string) => void): PodRecord[] {
  if (!existsSync(join(stateDirectory, 'records'))) return [];
  return new PodStore({ stateDirectory, warn }).readAll().filter(({ supervisor }) => !isAlive(supervisor));
}
