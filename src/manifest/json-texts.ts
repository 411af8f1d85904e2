/** A JSON text within a larger one. */
export interface JsonText {
  /** Its index in the larger one. */
  readonly start: number;
  readonly text: string;
  /** As JavaScript has it: of a field given twice the last one, of a number what a double can hold. */
  readonly value: unknown;
}

/**
 * Splits text that consists of JSON objects or lists, one after the other, as `kubectl get -o json` and watches print
 * them. Undefined when it is anything else.
 */
export function readJsonTexts(text: string): JsonText[] | undefined {
  const start = skipSpace(text, 0);
  if (!'[{'.includes(text.charAt(start))) return undefined;
  const all = readJsonText(text, start, text.length);
  return all === undefined ? readEach(text, start) : [all];
}

function readEach(text: string, first: number): JsonText[] | undefined {
  const found: JsonText[] = [];
  for (let start = first, end: number; start < text.length; start = skipSpace(text, end)) {
    end = endOfText(text, start);
    const json = readJsonText(text, start, end);
    if (json === undefined) return undefined;
    found.push(json);
  }
  return found;
}

function readJsonText(text: string, start: number, end: number): JsonText | undefined {
  const part = text.slice(start, end);
  try {
    return { start, text: part, value: JSON.parse(part) };
  } catch {
    return undefined;
  }
}

/** Behind the bracket that closes the one at `start`; the end of the text when there is none. */
function endOfText(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '"') at = endOfString(text, at);
    else if (char === '[' || char === '{') depth++;
    else if ((char === ']' || char === '}') && --depth === 0) return at + 1;
  }
  return text.length;
}

/** Where the string that starts at `start` has its closing quote. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charAt(at - 1 - backslashes) === '\\') backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}

function skipSpace(text: string, at: number): number {
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at++;
  return at;
}
