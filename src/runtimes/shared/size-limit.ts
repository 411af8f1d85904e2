/** An emptyDir on disk; without `limitBytes` it may grow as it likes. */
export interface LimitedVolume {
  readonly name: string;
  /** Where it is for this program. */
  readonly outside: string;
  readonly limitBytes?: number;
}

/** How often the size of volumes with a limit is measured; the kubelet does it every ten seconds. */
const intervalMs = 2000;

/**
 * Watches the volumes that have a size limit, and calls `exceeded` once with the kubelet's message when one is larger. Returns
 * what ends it. `run` gives the output of a command line of its rights; size is what the files take on disk, as the kubelet
 * measures it.
 */
export function watchSizeLimits(
  volumes: Iterable<LimitedVolume>,
  limits: ReadonlyMap<string, string>,
  run: (command: readonly string[]) => Promise<string>,
  exceeded: (message: string) => void,
): () => void {
  const limited = [...volumes].filter(({ limitBytes }) => limitBytes !== undefined);
  if (limited.length === 0) return () => undefined;
  let hasEnded = false;
  let timer: NodeJS.Timeout | undefined;
  const measure = async (): Promise<void> => {
    for (const { name, outside, limitBytes = 0 } of limited) {
      const text = await run(['du', '-s', '-k', '-x', '--', outside]).catch(() => '0');
      if (hasEnded) return;
      if (Number.parseInt(text, 10) * 1024 > limitBytes) {
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
