import { readJsonTexts } from './json-texts.ts';

/** A piece of a file that is read on its own, with its index in the file. */
export interface DocumentText {
  readonly start: number;
  readonly text: string;
  readonly isJson: boolean;
}

// A line break of YAML's is meant, not what a regular expression takes for one.
const documentStart = /(?<![^\n])---(?=[ \t\n]|(?![^]))/g;
const onlyDirectives = /^(?:[ \t]*(?:#.*)?\n|%.*\n)*$/;

/** The documents of a YAML file, so that an error in one leaves the others, or the texts of a JSON file. */
export function* splitDocuments(text: string): Generator<DocumentText> {
  const jsonTexts = readJsonTexts(text);
  if (jsonTexts !== undefined) {
    for (const json of jsonTexts) yield { start: json.start, text: json.text, isJson: true };
    return;
  }
  let start = 0;
  for (const { index } of text.matchAll(documentStart)) {
    const part = text.slice(start, index);
    // Directives belong to the document behind them.
    if (part.startsWith('%') && onlyDirectives.test(part)) continue;
    if (part !== '') yield { start, text: part, isJson: false };
    start = index;
  }
  if (start < text.length) yield { start, text: text.slice(start), isJson: false };
}
