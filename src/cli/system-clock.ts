import type { Clock } from '../engine/clock.ts';

/** The machine's time. It is measured from one reading of the wall clock, so that it cannot go back when that is set. */
export const systemClock: Clock = {
  now: () => Math.round(performance.timeOrigin + performance.now()),
  at(time, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, time - systemClock.now()), longestTimerMs));
    return () => clearTimeout(timer);
  },
};

/** Node's timers hold no more; whoever set one looks at the time again when it fires. */
const longestTimerMs = 2 ** 31 - 1;
