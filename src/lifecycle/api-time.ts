/** A time of the API: RFC 3339 in whole seconds, UTC. */
export function apiTime(ms: number): string {
  const second = Math.floor(ms / 1000);
  // Most times are asked for several times in a row.
  if (second !== last.second) last = { second, text: `${new Date(second * 1000).toISOString().slice(0, 19)}Z` };
  return last.text;
}

let last = { second: NaN, text: '' };
