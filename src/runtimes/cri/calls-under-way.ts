import { setTimeout as delay } from 'node:timers/promises';

/**
 * Calls of an earlier program that was killed go on for a moment. What such a call makes has its name reserved until it is there: then
 * this rejects as the engine does for a name that is taken, so that the caller looks who has it.
 */
export async function afterCallsUnderWay<Response>(call: () => Promise<Response>, isMade: () => Promise<boolean>): Promise<Response> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!/name .*is reserved/.test((error as Error).message) || performance.now() > giveUpAt || (await isMade())) throw error;
    }
    await delay(againMs);
  }
}

/** The same for the start of a container, by what the engine says. */
export async function startedBefore<Status>(
  { message }: Error,
  startedStatus: () => Promise<Status | undefined>,
): Promise<Status | undefined> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const status = await startedStatus();
    if (status !== undefined || !message.includes('already in starting state') || performance.now() > giveUpAt) return status;
    await delay(againMs);
  }
}

const patienceMs = 10_000;
const againMs = 20;
