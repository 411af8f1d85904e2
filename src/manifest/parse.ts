import { explainSyntax } from './explain-syntax.ts';
import { limits } from './limits.ts';
import { findField } from './marks.ts';
import { LinePositions, type Position } from './position.ts';
import { readYaml, type ReadBudget } from './read-yaml.ts';
import { splitDocuments, type DocumentText } from './split-documents.ts';
import { ManifestSyntaxError } from './syntax-error.ts';

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

/**
 * Reads YAML (several documents) or JSON (several texts one after the other) into plain values. Never throws for what
 * the text is: what cannot be read, or is larger or deeper than `limits`, is an error with its position.
 */
export function parseManifest(source: string): ParsedManifest {
  const text = source.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const documents: ManifestDocument[] = [];
  const errors: SyntaxProblem[] = [];
  const budget: ReadBudget = { values: limits.fileValues, repeats: limits.repeats };
  let lines: LinePositions | undefined;
  const positionAt = (offset: number): Position => (lines ??= new LinePositions(text)).at(offset);

  if (!hasFewValues(text)) return refused(tooManyValues, positionAt(0));
  let count = 0;
  for (const document of splitDocuments(text)) {
    if (++count > limits.objects) return refused(tooManyDocuments, positionAt(document.start));
    try {
      documents.push(...readDocument(document, budget, positionAt));
    } catch (error) {
      if (!(error instanceof ManifestSyntaxError)) throw error;
      const position = positionAt(document.start + error.offset);
      const message = explainSyntax(error.message, document.text, error.offset);
      if (budget.values < 0) return refused(message, position);
      errors.push({ message, ...position });
      if (errors.length >= mostErrors) break;
    }
  }
  return { documents, errors };
}

const mostErrors = 20;
const tooManyDocuments = `more than ${limits.objects.toLocaleString('en')} documents; split it into smaller files`;
const tooManyValues = `more than ${limits.fileValues.toLocaleString('en')} lines and values; split it into smaller files`;

function refused(message: string, position: Position): ParsedManifest {
  return { documents: [], errors: [{ message, ...position }] };
}

/** What stands before a value; between two of these there are one field and its value at most. */
const beforeValue = /[\n,[{]|[-?][ \t]|(?<=\s):[ \t]/g;

/** Tells without reading it whether reading a text could take much time or memory. */
function hasFewValues(text: string): boolean {
  let left: number = limits.fileValues;
  beforeValue.lastIndex = 0;
  while (beforeValue.test(text)) if (--left < 0) return false;
  return true;
}

// What YAML does not allow anywhere, so that binary data is told from text.
// eslint-disable-next-line no-control-regex
const controlCharacter = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

function readDocument(
  { start, text, isJson }: DocumentText,
  budget: ReadBudget,
  positionAt: (offset: number) => Position,
): ManifestDocument[] {
  const control = isJson ? -1 : text.search(controlCharacter);
  if (control >= 0) throw new ManifestSyntaxError('control characters are not allowed', control);
  return readYaml(text, isJson, budget).flatMap(({ value, duplicates, marks }) =>
    value === null ? [] : { value, duplicates, locate: (field: string) => positionAt(start + findField(value, marks, field)) },
  );
}
