/**
 * A duration in at most two units, as kubectl prints AGE: `45s`, `2m` to `9m59s`, `10m` to `179m`, `3h` to `7h59m`, `8h` to `47h`,
 * `2d` to `7d23h`, `8d` to `729d`, `2y` to `7y364d`, `8y`. Up to a second in the future counts as `0s`, more is `<invalid>`.
 * Source: HumanDuration of k8s.io/apimachinery.
 */
export function humanDuration(ms: number): string {
  if (ms < -second) return '<invalid>';
  if (ms < 0) return '0s';
  if (ms < 2 * minute) return units(ms, [second, 's']);
  if (ms < 10 * minute) return units(ms, [minute, 'm'], [second, 's']);
  if (ms < 3 * hour) return units(ms, [minute, 'm']);
  if (ms < 8 * hour) return units(ms, [hour, 'h'], [minute, 'm']);
  if (ms < 2 * day) return units(ms, [hour, 'h']);
  if (ms < 8 * day) return units(ms, [day, 'd'], [hour, 'h']);
  if (ms < 2 * year) return units(ms, [day, 'd']);
  if (ms < 8 * year) return units(ms, [year, 'y'], [day, 'd']);
  return units(ms, [year, 'y']);
}

/** A measured time with what precision is worth reading: `0.35s`, `12.4s`, `3m05s`, `2h07m`. */
export function elapsed(ms: number): string {
  const time = Math.max(ms, 0);
  if (time < 9_995) return `${(time / second).toFixed(2)}s`;
  if (time < 59_950) return `${(time / second).toFixed(1)}s`;
  const seconds = Math.round(time / second);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m${pad(seconds % 60)}s`;
  return `${Math.floor(seconds / 3600)}h${pad(Math.floor((seconds % 3600) / 60))}m`;
}

/** How long something still takes, in whole seconds rounded up, so that a countdown never shows 0: `in 2s`, `in 3m20s`, `now`. */
export function countdown(ms: number): string {
  if (ms <= 0) return 'now';
  const seconds = Math.ceil(ms / second);
  return `in ${seconds < 60 ? `${seconds}s` : elapsed(seconds * second)}`;
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;

type Unit = readonly [ms: number, name: string];

function units(ms: number, [size, name]: Unit, rest?: Unit): string {
  const whole = `${Math.floor(ms / size)}${name}`;
  const remainder = rest === undefined ? 0 : Math.floor((ms % size) / rest[0]);
  return remainder === 0 ? whole : `${whole}${remainder}${rest?.[1] ?? ''}`;
}

function pad(count: number): string {
  return String(count).padStart(2, '0');
}
