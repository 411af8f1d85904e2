/** Parts of sentences. */

/** `a`, `a and b`, `a, b and c`. */
export function list(names: readonly string[], conjunction = 'and'): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} ${conjunction} ${names.at(-1) ?? ''}`;
}

/** Seconds as people say them: `0 s`, `30 s`, `1 min 20 s`, `2 h`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const parts = [
    [Math.floor(seconds / 3600), 'h'],
    [Math.floor((seconds % 3600) / 60), 'min'],
    [seconds % 60, 's'],
  ] as const;
  return parts.flatMap(([number, unit]) => (number === 0 ? [] : [`${number} ${unit}`])).join(' ');
}

/** Two moments or durations: `4 to 7 s`, `40 s to 1 min 1 s`. */
export function span(earliest: number, latest: number): string {
  return latest < 60 ? `${earliest} to ${duration(latest)}` : `${duration(earliest)} to ${duration(latest)}`;
}

/** `1 container`, `2 containers`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Picks the verb's form for what it is about. */
export function verb(subjects: readonly unknown[], one: string, several: string): string {
  return subjects.length === 1 ? one : several;
}

/** Sentences to a paragraph; those that do not apply are undefined. */
export function paragraph(...sentences: readonly (string | undefined | false)[]): string {
  return sentences.filter((sentence) => sentence !== undefined && sentence !== false && sentence !== '').join(' ');
}
