import type { Document } from '../explain/text/document.ts';
import type { CommandIO } from './commands/validate.ts';
import { documentLines } from './views/document-view.ts';
import { styleFor } from './views/style.ts';

/** Where a text goes: its width and colours follow the terminal. */
export interface TextOutput extends CommandIO {
  readonly stdout: CommandIO['stdout'] & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Prints documents one after the other, as wide as the terminal, or 80 columns where there is none. */
export function writeDocuments(documents: readonly Document[], { stdout, env }: TextOutput): void {
  const { colors } = styleFor(stdout, env);
  const width = stdout.columns ?? 80;
  const texts = documents.map((document) => `${documentLines(document, { width, colors }).join('\n')}\n`);
  stdout.write(texts.join(`\n${colors.dim('-'.repeat(Math.min(width, 80)))}\n\n`));
}
