/**
 * The value of `key` in the text of an env file (fileKeyRef), or undefined when it is not there. The format is a narrow
 * part of the shell's: `NAME='value'` a line, the value literal and possibly of several lines, a comment allowed behind
 * it; blank lines and lines that begin with `#` are skipped; `NAME= ` is empty. Reading ends where the key is found.
 * Throws on a line that is none of these.
 */
export function envFileValue(text: string, key: string): string | undefined {
  const line = /[ \t]*(?:#[^\n]*|([^\n=]*)=(?:'([^']*)'[ \t]*(?:#[^\n]*)?|[ \t][^\n]*)|)(?:\r?\n|$)/y;
  while (line.lastIndex < text.length) {
    const start = line.lastIndex;
    const match = line.exec(text);
    const name = match?.[1];
    if (match === null || (name !== undefined && !/[^ \t]$/.test(name))) {
      const number = text.slice(0, start).split('\n').length;
      throw new Error(`env file, line ${number}: expected NAME='value' with the value in single quotes`);
    }
    if (name === key) return match[2] ?? '';
  }
  return undefined;
}
