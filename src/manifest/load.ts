import { loadParsed, type LoadedManifests, type ParsedSource } from './load-parsed.ts';
import { parseManifest } from './parse.ts';

export type { LoadedManifests } from './load-parsed.ts';

/** A file's text with the name that errors give it. */
export interface ManifestSource {
  readonly file: string;
  readonly text: string;
}

/**
 * Turns manifests into what is to run: reads, decodes strictly, derives the Pods of templates, defaults and validates,
 * as the API server of Kubernetes 1.36 would. Never throws for what the texts say.
 *
 * @param newUid - Makes the uid of an object (a random UUID).
 */
export function loadManifests(sources: Iterable<ManifestSource>, newUid: () => string): LoadedManifests {
  return loadParsed(parseAll(sources), newUid);
}

function* parseAll(sources: Iterable<ManifestSource>): Generator<ParsedSource> {
  for (const { file, text } of sources) yield { file, manifest: parseManifest(text) };
}
