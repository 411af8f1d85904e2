/** What an interrupt (Ctrl-C, SIGTERM, a closed terminal) leads to: first an orderly end, then a quick one. */
export interface InterruptHandlers {
  readonly first: () => void;
  readonly second: () => void;
}

/** Listens until the returned function is called. */
export function onInterrupts({ first, second }: InterruptHandlers): () => void {
  let count = 0;
  const listener = (): void => {
    count += 1;
    if (count === 1) first();
    else if (count === 2) second();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, listener);
  return () => {
    for (const signal of signals) process.off(signal, listener);
  };
}
