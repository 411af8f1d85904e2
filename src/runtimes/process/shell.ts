/** One word of a shell command line, whatever it contains: nothing in it is interpreted. */
export function quoteWord(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line of literal words. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}
