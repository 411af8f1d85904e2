import type { Clock } from '../engine/clock.ts';

/**
 * Runs `work` with a signal that is aborted after `timeoutMs`, undefined for never. `work` itself decides what it gives then.
 */
export async function withDeadline<T>(clock: Clock, timeoutMs: number | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const cancel = timeoutMs === undefined ? undefined : clock.at(clock.now() + timeoutMs, () => controller.abort());
  try {
    return await work(controller.signal);
  } finally {
    cancel?.();
  }
}
