import type { Document } from 'yaml';

import { readJsonTexts } from './json-text.ts';
import { limits } from './limits.ts';
import { readPlainYaml } from './plain-yaml.ts';
import { findField, LinePositions, type Position } from './position.ts';
import { ManifestSyntaxError } from './syntax-error.ts';
import { readYamlNodes } from './yaml-nodes.ts';
import { toValue, type YamlValue } from './yaml-value.ts';

/** One document of a file that says anything. */
export interface ManifestDocument extends YamlValue {
  /** Where a field is, or the nearest one around it; `''` is the document itself. */
  locate(field: string): Position;
}

export interface SyntaxProblem extends Position {
  /** One line. */
  readonly message: string;
}

export interface ParsedManifest {
  readonly documents: readonly ManifestDocument[];
  /** At most one a document; the others are still there. */
  readonly errors: readonly SyntaxProblem[];
}

/**
 * Reads YAML (several documents) or JSON (several texts one after the other) into plain values. Never throws for what
 * the text is: what cannot be read, or is larger or deeper than `limits`, is an error with its position.
 *
 * Plain YAML and JSON are read fast; the rest, and the positions of fields once they are asked for, by the `yaml` package.
 */
export function parseManifest(source: string): ParsedManifest {
  const text = source.replace(/^\ufeff/, '').replaceAll('\r\n', '\n');
  const documents: ManifestDocument[] = [];
  const errors: SyntaxProblem[] = [];
  const budget = { tokens: limits.tokens };
  let lines: LinePositions | undefined;
  const positionAt = (offset: number): Position => (lines ??= new LinePositions(text)).at(offset);

  for (const part of splitDocuments(text)) {
    try {
      const found = readPart(part, budget, positionAt);
      if (documents.length + found.length > limits.objects)
        throw new ManifestSyntaxError(`more than ${limits.objects.toLocaleString('en')} documents`, 0);
      documents.push(...found);
    } catch (error) {
      if (!(error instanceof ManifestSyntaxError)) throw error;
      errors.push({ message: error.message, ...positionAt(part.start + error.offset) });
      if (isSpent(budget) || documents.length >= limits.objects || errors.length >= mostErrors) break;
    }
  }
  return { documents, errors };
}

const mostErrors = 20;

function isSpent(budget: { tokens: number }): boolean {
  return budget.tokens < 0;
}

/** A piece of the text that is read on its own. */
interface Part {
  readonly text: string;
  readonly start: number;
  readonly isJson?: boolean;
  readonly plain?: { readonly value: unknown } | undefined;
}

const documentStart = /^---(?=[ \t\n]|(?![^]))/gm;
const onlyDirectives = /^(?:[ \t]*(?:#.*)?\n|%.*\n)*$/;

function* splitDocuments(text: string): Iterable<Part> {
  if (/^\s*[[{]/.test(text)) {
    const texts = readJsonTexts(text);
    if (texts !== undefined) {
      for (const { start, end, plain } of texts) yield { text: text.slice(start, end), start, isJson: true, plain };
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

function readPart(part: Part, budget: { tokens: number }, positionAt: (offset: number) => Position): ManifestDocument[] {
  const plain = part.plain ?? (part.isJson === true ? undefined : readPlainYaml(part.text));
  if (plain !== undefined) return plain.value === null ? [] : [plainDocument(plain.value, part, positionAt)];
  const control = part.isJson === true ? -1 : part.text.search(controlCharacter);
  if (control >= 0) throw new ManifestSyntaxError('control characters are not allowed', control);
  const documents: ManifestDocument[] = [];
  for (const nodes of readYamlNodes(part.text, budget)) {
    const value = toValue(nodes, part.isJson === true);
    if (value.value !== null) documents.push({ ...value, locate: (field) => positionAt(part.start + findField(nodes, field)) });
  }
  return documents;
}

const none: ReadonlySet<string> = new Set();

/** A document read without its nodes: they are read when the first position is asked for. */
function plainDocument(value: unknown, part: Part, positionAt: (offset: number) => Position): ManifestDocument {
  let nodes: Document.Parsed | undefined | null = null;
  return {
    value,
    duplicates: none,
    locate(field) {
      if (nodes === null) nodes = readNodes(part.text);
      return positionAt(part.start + (nodes === undefined ? 0 : findField(nodes, field)));
    },
  };
}

/** Undefined when the text is too large for positions; fields are then found at the document's start. */
function readNodes(text: string): Document.Parsed | undefined {
  try {
    return readYamlNodes(text, { tokens: limits.tokens })[0];
  } catch (error) {
    if (error instanceof ManifestSyntaxError) return undefined;
    throw error;
  }
}
