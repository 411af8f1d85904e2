import { readGenerally } from './general-reader.ts';
import { parseText, type ParsedManifest } from './parse-text.ts';

/**
 * Reads YAML (several documents) or JSON (several texts one after the other) into plain values. Never throws for what
 * the text is: what cannot be read, or is larger or deeper than `limits`, is an error with its position.
 *
 * Plain YAML and JSON are read fast, and once more when the place of a field is asked for; the rest is read by the `yaml`
 * package.
 */
export function parseManifest(source: string): ParsedManifest {
  return parseText(source, readGenerally);
}
