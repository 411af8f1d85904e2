import { readJsonMarks, readJsonTexts } from './json-text.ts';
import { limits } from './limits.ts';
import { findField, Marks } from './marks.ts';
import { readPlainYaml } from './plain-yaml.ts';
import { LinePositions, type Position } from './position.ts';
import { ManifestSyntaxError, TooManyValues } from './syntax-error.ts';
import type { YamlValue } from './yaml-value.ts';

/** One document of a file that says anything. */
export interface ManifestDocument {
  readonly value: unknown;
  /** Paths of the fields that are given more than once, such as `spec.containers[0].image`; the last one counts. */
  readonly duplicates: ReadonlySet<string>;
  /** Where a field is, or the nearest one around it; `''` is the document itself. */
  locate(field: string): Position;
}

export interface SyntaxProblem extends Position {
  /** One line. */
  readonly message: string;
}

export interface ParsedManifest {
  readonly documents: readonly ManifestDocument[];
  /** At most one a document; the others are still there, unless the file as a whole is too large. */
  readonly errors: readonly SyntaxProblem[];
}

/** Reads what is neither plain YAML nor plain JSON; throws `ManifestSyntaxError`. `budget` is counted down. */
export type GeneralReader = (text: string, isJson: boolean, budget: { tokens: number }) => YamlValue[];

/** `parseManifest` with the general reader handed in. */
export function parseText(source: string, readGenerally: GeneralReader): ParsedManifest {
  const text = source.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const documents: ManifestDocument[] = [];
  const errors: SyntaxProblem[] = [];
  const budget = { tokens: limits.tokens };
  let lines: LinePositions | undefined;
  const positionAt = (offset: number): Position => (lines ??= new LinePositions(text)).at(offset);

  for (const part of splitDocuments(text)) {
    try {
      documents.push(...readPart(part, readGenerally, budget, positionAt));
      if (documents.length > limits.objects) return { documents: [], errors: [{ message: tooMany, ...positionAt(part.start) }] };
    } catch (error) {
      if (!(error instanceof ManifestSyntaxError)) throw error;
      const problem = { message: error.message, ...positionAt(part.start + error.offset) };
      if (isSpent(budget)) return { documents: [], errors: [problem] };
      errors.push(problem);
      if (errors.length >= mostErrors) break;
    }
  }
  return { documents, errors };
}

/** Parses text that is all plain YAML or JSON; undefined when the general reader is needed. */
export function parsePlainText(source: string): ParsedManifest | undefined {
  try {
    return parseText(source, () => {
      throw generalReaderNeeded;
    });
  } catch (error) {
    if (error === generalReaderNeeded) return undefined;
    throw error;
  }
}

const generalReaderNeeded = new Error('the general reader is needed');

const mostErrors = 20;
const tooMany = `more than ${limits.objects.toLocaleString('en')} documents; split it into smaller files`;

function isSpent(budget: { tokens: number }): boolean {
  return budget.tokens < 0;
}

/** A piece of the text that is read on its own. */
interface Part {
  readonly text: string;
  readonly start: number;
  readonly isJson?: boolean;
  readonly plain?: { readonly value: unknown } | undefined;
  readonly isTooLarge?: boolean;
}

const documentStart = /^---(?=[ \t\n]|(?![^]))/gm;
const onlyDirectives = /^(?:[ \t]*(?:#.*)?\n|%.*\n)*$/;

function* splitDocuments(text: string): Iterable<Part> {
  if (/^\s*[[{]/.test(text)) {
    const texts = readJsonTexts(text);
    if (texts !== undefined) {
      for (const { start, end, plain, isTooLarge } of texts) yield { text: text.slice(start, end), start, isJson: true, plain, isTooLarge };
      return;
    }
  }
  let start = 0;
  for (const { index } of text.matchAll(documentStart)) {
    const part = text.slice(start, index);
    // Directives belong to the document behind them.
    if (part.startsWith('%') && onlyDirectives.test(part)) continue;
    if (part !== '') yield { text: part, start };
    start = index;
  }
  if (start < text.length) yield { text: text.slice(start), start };
}

// What YAML does not allow anywhere, so that binary data is told from text.
// eslint-disable-next-line no-control-regex
const controlCharacter = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

function readPart(
  part: Part,
  readGenerally: GeneralReader,
  budget: { tokens: number },
  positionAt: (offset: number) => Position,
): ManifestDocument[] {
  if (part.isTooLarge === true) throw new TooManyValues(0);
  const isJson = part.isJson === true;
  const plain = part.plain ?? (isJson ? undefined : readPlainYaml(part.text));
  if (plain !== undefined) return plain.value === null ? [] : [plainDocument(plain.value, part, positionAt)];
  const control = isJson ? -1 : part.text.search(controlCharacter);
  if (control >= 0) throw new ManifestSyntaxError('control characters are not allowed', control);
  return readGenerally(part.text, isJson, budget).flatMap(({ value, duplicates, marks }) =>
    value === null ? [] : { value, duplicates, locate: (field: string) => positionAt(part.start + findField(value, marks, field)) },
  );
}

const none: ReadonlySet<string> = new Set();

/** A document read without the places of its fields: it is read once more when the first of them is asked for. */
function plainDocument(value: unknown, part: Part, positionAt: (offset: number) => Position): ManifestDocument {
  let marked: { readonly value: unknown; readonly marks: Marks } | undefined;
  const read = (): { readonly value: unknown; readonly marks: Marks } => {
    const marks = new Marks();
    const again = part.isJson === true ? readJsonMarks(part.text, marks) : readPlainYaml(part.text, marks);
    return { value: again?.value, marks };
  };
  return {
    value,
    duplicates: none,
    locate(field) {
      marked ??= read();
      return positionAt(part.start + findField(marked.value, marked.marks, field));
    },
  };
}
