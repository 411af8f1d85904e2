/** Text as it may stand in a terminal, in XML and in a diagram: one line, without control characters and broken characters. */
export function printable(text: string): string {
  return text.replaceAll(/\s+/gu, ' ').replaceAll(unprintable, '');
}

/** Control characters, halves of surrogate pairs, what Unicode and XML do not allow, and what turns the direction of writing. */
const unprintable = /[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u202A-\u202E\u2066-\u2069]/gu;
