import { type TextTheme, asciiGlyphs, unicodeGlyphs } from '../../timeline/text-theme.ts';
import { ascii, styleFor } from './style.ts';

/** How a timeline looks on this output. */
export function timelineTheme(...output: Parameters<typeof styleFor>): TextTheme {
  const { colors, glyphs } = styleFor(...output);
  return { colors, glyphs: glyphs === ascii ? asciiGlyphs : unicodeGlyphs };
}

/** Columns that a timeline may use: the terminal's, else what COLUMNS says, else 100. */
export function timelineWidth(stdout: { readonly columns?: number }, env: Readonly<Record<string, string | undefined>>): number {
  return stdout.columns ?? (Number(env['COLUMNS']) || 100);
}
