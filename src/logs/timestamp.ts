/** Nanoseconds since the epoch. */
export type Nanoseconds = bigint;

/** A wall clock with the resolution of the monotonic one; set again when the two drift apart (a suspended machine). */
export function nanosecondClock(): () => Nanoseconds {
  let offset = wall() - process.hrtime.bigint();
  return () => {
    const now = wall();
    const fine = process.hrtime.bigint() + offset;
    const drift = fine - now;
    if (drift > -toleranceNs && drift < toleranceNs) return fine;
    offset += now - fine;
    return now;
  };
}

/** RFC 3339 in UTC with all nine digits of the nanoseconds, so that text order is time order. */
export function formatTimestamp(time: Nanoseconds): string {
  const second = new Date(Number(time / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${second}.${(time % 1_000_000_000n).toString().padStart(9, '0')}Z`;
}

/** Reads RFC 3339 with any number of fraction digits and any zone; undefined when `text` is something else. */
export function parseTimestamp(text: string): Nanoseconds | undefined {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9})\d*)?(Z|[+-]\d\d:\d\d)$/.exec(text);
  if (match === null) return undefined;
  const [, second = '', fraction = '', zone = ''] = match;
  const ms = Date.parse(second + zone);
  return Number.isNaN(ms) ? undefined : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

const toleranceNs = 10_000_000n;

function wall(): Nanoseconds {
  return BigInt(Date.now()) * 1_000_000n;
}
