import { labelNames, selector } from './labels.ts';
import { FilesOfOthers } from '../shared/remove-as-subordinates.ts';
import type { RuntimeContext } from './pod-context.ts';
import { removeTree } from './remove-tree.ts';

/**
 * Removes everything that a Pod has at the engine, ending what runs, and its folder. `stopped`: sandboxes that need no more stopping.
 * Gives what was removed, one line each.
 */
export async function removePodRemains(
  uid: string,
  folder: string,
  { engine, instance, exits, warn }: RuntimeContext,
  stopped: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const labels = selector(instance, uid);
  const [containers, sandboxes] = await Promise.all([engine.listContainers(labels), engine.listSandboxes(labels)]);
  await Promise.all(
    sandboxes.map(async ({ id }) => {
      exits.forget(id);
      if (!stopped.has(id)) await engine.stopSandbox(id);
    }),
  );
  await Promise.all(containers.map(({ id }) => engine.removeContainer(id)));
  await Promise.all(sandboxes.map(({ id }) => engine.removeSandbox(id)));
  await removeTree(folder, engine).catch((error: unknown) => {
    // Trying again changes nothing.
    if (!(error instanceof FilesOfOthers)) throw error;
    warn(error.message);
  });
  const podOf = ({ labels }: { readonly labels: Readonly<Record<string, string>> }): string =>
    `${labels[labelNames.podNamespace] ?? ''}/${labels[labelNames.podName] ?? ''}`;
  return [
    ...containers.map((one) => `container ${one.labels[labelNames.containerName] ?? ''} (${one.id.slice(0, 12)}) of Pod ${podOf(one)}`),
    ...sandboxes.map((one) => `sandbox ${one.id.slice(0, 12)} of Pod ${podOf(one)}`),
  ];
}
