import { setTimeout as delay } from 'node:timers/promises';

/**
 * How long a container's exit waits for its last lines, `drained`. Engines take tens of milliseconds to say that there are no more, in
 * which the next container could long run; the lines themselves take one or two.
 */
export async function orLate(drained: Promise<void>): Promise<void> {
  await Promise.race([drained, delay(lateMs, undefined, { ref: false })]);
}

const lateMs = 2;
