import { Composer, Lexer, Parser, type Document } from 'yaml';

import { limits } from './limits.ts';
import { ManifestSyntaxError } from './syntax-error.ts';

/**
 * The node trees of the documents in `text`, by the general YAML reader. Scalars stay text: `toValue` says what they
 * are. Throws `ManifestSyntaxError` at the first error, and as soon as the text proves too deep or too large.
 *
 * @param budget - How many more tokens may be read; counted down, so that one may serve several texts.
 */
export function readYamlNodes(text: string, budget: { tokens: number }): Document.Parsed[] {
  const lexer = new Lexer();
  const parser = new Parser();
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, logLevel: 'silent', version: '1.2' });
  const documents: Document.Parsed[] = [];
  let at = 0;
  let directives = 0;
  for (const lexeme of lexer.lex(text)) {
    if (--budget.tokens < 0)
      throw new ManifestSyntaxError(
        `more than ${limits.tokens.toLocaleString('en')} YAML tokens; give it as JSON, or split it into smaller files`,
        at,
      );
    // Each is slow to read, and a manifest has one or two.
    if (lexeme.startsWith('%') && ++directives > mostDirectives)
      throw new ManifestSyntaxError(`more than ${mostDirectives} directives`, at);
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token));
    // A collection within a collection takes at most two entries: a block map's value may be in a list of its own.
    if (parser.stack.length > 2 * limits.depth) throw new ManifestSyntaxError(`nested deeper than ${limits.depth} levels`, at);
    at += lexeme.length;
  }
  for (const token of parser.end()) documents.push(...composer.next(token));
  documents.push(...composer.end(false, text.length));
  for (const { errors } of documents) {
    const [error] = errors;
    if (error !== undefined) throw new ManifestSyntaxError(error.message, error.pos[0]);
  }
  return documents;
}

const mostDirectives = 100;
