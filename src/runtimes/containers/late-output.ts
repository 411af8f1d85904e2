import { setTimeout as delay } from 'node:timers/promises';

/**
 * Waits for a container's last output, `drained`, for at most `limitMs`. Its exit is told after that: engines may take tens of
 * milliseconds to say that there is no more, in which the next container could long run.
 */
export async function orLate(drained: Promise<void>, limitMs: number): Promise<void> {
  await Promise.race([drained, delay(limitMs, undefined, { ref: false })]);
}
