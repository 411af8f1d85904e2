/** Breaks text between words into lines of at most `width` columns; what needs more than `maxLines` stays in the last. */
export function wrap(text: string, width: number, maxLines = Infinity): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && (lines.length >= maxLines || last.length + 1 + word.length <= width))
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
