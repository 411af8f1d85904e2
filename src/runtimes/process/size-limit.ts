import { run } from './run.ts';
import type { Machine } from './machine.ts';
import type { MountedVolume } from './volumes.ts';

/** How often the size of volumes with a limit is measured; the kubelet does it every ten seconds. */
const intervalMs = 2000;

/**
 * Watches the volumes that have a size limit, and calls `exceeded` once with the kubelet's message when one is larger. Returns
 * what ends it. Size is what the files take on disk, as the kubelet measures it.
 */
export function watchSizeLimits(
  volumes: Iterable<MountedVolume>,
  limits: ReadonlyMap<string, string>,
  machine: Machine,
  exceeded: (message: string) => void,
): () => void {
  const limited = [...volumes].filter(({ limitBytes }) => limitBytes !== undefined);
  if (limited.length === 0) return () => undefined;
  let hasEnded = false;
  let timer: NodeJS.Timeout | undefined;
  const measure = async (): Promise<void> => {
    for (const { name, outside, limitBytes = 0 } of limited) {
      const size = await usedBytes(outside, machine);
      if (hasEnded) return;
      if (size > limitBytes) {
        hasEnded = true;
        // The blank at its end is the kubelet's.
        exceeded(`Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit ${JSON.stringify(limits.get(name) ?? '')}. `);
        return;
      }
    }
    timer = setTimeout(() => void measure(), intervalMs).unref();
  };
  timer = setTimeout(() => void measure(), intervalMs).unref();
  return () => {
    hasEnded = true;
    clearTimeout(timer);
  };
}

async function usedBytes(path: string, { enter, environment, ids }: Machine): Promise<number> {
  const text = await run([...(ids === 'machine' ? [] : enter), 'du', '-s', '-k', '-x', '--', path], environment).catch(() => '0');
  return Number.parseInt(text, 10) * 1024;
}
