/** Text of any origin as one line for the terminal: what would break it or control the terminal is escaped (`\u001b`). */
export function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what this is about
  return text.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
