/** A value as JSON, written as Go writes it (no spaces, escapes for HTML): messages of the API server contain it. */
export function goJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
