/**
 * A number that JavaScript would write differently from its source, such as 1.0, 1e3 or 9223372036854775808. Decoding
 * must see the text: whether it fits an int32 and what a quantity says depend on it.
 */
export class NumberLiteral {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** The number that `text` (a JSON number) stands for, as plainly as it can be held. */
export function numberFromText(text: string): number | NumberLiteral {
  const value = Number(text);
  return String(value) === text ? value : new NumberLiteral(text);
}
