import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { labelNames, selector } from './labels.ts';
import type { RuntimeContext } from './pod-context.ts';
import { removePodRemains } from './remove-pod.ts';

/** Removes what Pods that nobody knows any more have left at the engine and on disk: one line for each thing removed. */
export async function pruneRemains(known: ReadonlySet<string>, context: RuntimeContext): Promise<string[]> {
  const { engine, instance, folders } = context;
  const labels = selector(instance);
  const [containers, sandboxes] = await Promise.all([engine.listContainers(labels), engine.listSandboxes(labels)]);
  const uids = new Set([...[...containers, ...sandboxes].map((one) => one.labels[labelNames.podUID] ?? ''), ...readdirSync(folders.pods)]);
  const removed: string[] = [];
  for (const uid of [...uids].filter((candidate) => candidate !== '' && !known.has(candidate))) {
    const folder = join(folders.pods, uid);
    const hadFolder = existsSync(folder);
    removed.push(...(await removePodRemains(uid, folder, context)), ...(hadFolder && !existsSync(folder) ? [`folder ${folder}`] : []));
  }
  return removed;
}
