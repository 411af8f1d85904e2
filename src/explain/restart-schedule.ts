import { advanceBackOff, backOffUntil, defaultBackOff } from '../lifecycle/back-off.ts';
import type { BackOff, BackOffLimits } from '../lifecycle/back-off.ts';

export interface Restart {
  /** Seconds from the container's first start to this restart. */
  readonly atSeconds: number;
  /** Of these, the seconds between the end before it and this restart. */
  readonly waitedSeconds: number;
}

export interface RestartScheduleOptions {
  readonly count: number;
  /** How long each instance runs, in seconds; the last one repeats. Default: it ends at once. */
  readonly runSeconds?: readonly number[];
  /** The kubelet kills it for a probe: then the restart is decided before its end is on record (kubelet-lifecycle 3.2). */
  readonly killed?: boolean;
  readonly limits?: BackOffLimits;
}

/** The restarts of a container that never ends well, by the lifecycle's own back-off. */
export function restartSchedule({ count, runSeconds = [0], killed = false, limits = defaultBackOff }: RestartScheduleOptions): Restart[] {
  const restarts: Restart[] = [];
  let backOff: BackOff | undefined;
  let startedAt = 0;
  let previousEnd: number | undefined;
  for (let n = 0; n < count; n++) {
    const end = startedAt + (runSeconds[Math.min(n, runSeconds.length - 1)] ?? 0) * 1000;
    const atOnce = killed && (previousEnd === undefined || backOffUntil(backOff, limits, previousEnd, end) === undefined);
    const since = atOnce ? previousEnd : end;
    startedAt = atOnce ? end : (backOffUntil(backOff, limits, end, end) ?? end);
    if (since !== undefined) backOff = advanceBackOff(backOff, limits, since, startedAt);
    previousEnd = end;
    restarts.push({ atSeconds: startedAt / 1000, waitedSeconds: (startedAt - end) / 1000 });
  }
  return restarts;
}
