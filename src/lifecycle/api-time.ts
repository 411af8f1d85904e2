/** A time of the API: RFC 3339 in whole seconds, UTC. */
export function apiTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
