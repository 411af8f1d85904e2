/** One exponential back-off: kubelet-lifecycle 3.2 (restarts) and 3.3 (image pulls). */
export interface BackOff {
  readonly delayMs: number;
  /** When it was advanced last, in milliseconds since the epoch. */
  readonly advancedAt: number;
}

export interface BackOffLimits {
  readonly initialMs: number;
  readonly maxMs: number;
}

export const defaultBackOff: BackOffLimits = { initialMs: 10_000, maxMs: 300_000 };

/** The end of the window that began with what happened at `since`, or undefined when nothing holds it back. */
export function backOffUntil(backOff: BackOff | undefined, limits: BackOffLimits, since: number, now: number): number | undefined {
  if (backOff === undefined || isExpired(backOff, limits, since)) return undefined;
  const until = since + backOff.delayMs;
  return now < until ? until : undefined;
}

/** The back-off after one more attempt; `since` is what the window is measured from. */
export function advanceBackOff(backOff: BackOff | undefined, limits: BackOffLimits, since: number, now: number): BackOff {
  const initial = Math.min(limits.initialMs, limits.maxMs);
  const delayMs = backOff === undefined || isExpired(backOff, limits, since) ? initial : Math.min(backOff.delayMs * 2, limits.maxMs);
  return { delayMs, advancedAt: now };
}

function isExpired(backOff: BackOff, limits: BackOffLimits, since: number): boolean {
  return since - backOff.advancedAt > 2 * limits.maxMs;
}
