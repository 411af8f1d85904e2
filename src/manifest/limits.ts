/**
 * What a manifest may be at most. Far above what any Pod needs, and low enough that a hostile file is refused in
 * well under a second and 300 MB (see `parseManifest`).
 */
export const limits = {
  /** Bytes of one file, stdin or URL. The API server takes requests of up to 3 MiB. */
  fileBytes: 4 * 1024 * 1024,
  /** Objects of one file, the items of Lists counted singly. */
  objects: 10_000,
  /** Objects and lists inside one another. */
  depth: 100,
  /** Values of one object, counted again wherever an alias repeats them. */
  values: 50_000,
  /** Values of one file, counted alike; and what may lead to values in its text: lines, commas, brackets, dashes. */
  fileValues: 400_000,
  /** Characters of one file that are read for a second time: see `parseEventsLoosely`. */
  repeats: 4 * 1024 * 1024,
} as const;
