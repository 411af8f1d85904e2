import type { ManifestSource } from './load.ts';
import { loadParsed, type LoadedManifests, type ParsedSource } from './load-parsed.ts';
import { parsePlainText, parseText, type GeneralReader } from './parse-text.ts';

/**
 * `loadManifests`, but the general YAML reader is loaded only for text that needs it: it takes longer to load than most
 * manifests take to check.
 */
export async function loadManifestsLazily(sources: Iterable<ManifestSource>, newUid: () => string): Promise<LoadedManifests> {
  const parsed: ParsedSource[] = [];
  let readGenerally: GeneralReader | undefined;
  for (const { file, text } of sources) {
    let manifest = readGenerally === undefined ? parsePlainText(text) : undefined;
    if (manifest === undefined) {
      readGenerally ??= (await import('./general-reader.ts')).readGenerally;
      manifest = parseText(text, readGenerally);
    }
    parsed.push({ file, manifest });
  }
  return loadParsed(parsed, newUid);
}
