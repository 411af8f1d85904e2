import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { posix } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/** What stands in an archive of images, without the layers' content. */
export interface ArchiveIndex {
  /** Sizes of the files, in bytes. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Names that stand for other files of the archive. */
  readonly links: ReadonlyMap<string, string>;
  /** The JSON files' contents. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Reads a tar file, gzipped or not, once from beginning to end. Layers are skipped. */
export async function readArchive(file: string): Promise<ArchiveIndex> {
  const sizes = new Map<string, number>();
  const links = new Map<string, string>();
  const texts = new Map<string, string>();
  await eachEntry(file, async (name, { type, size, target }, content) => {
    if (type === 'link') links.set(name, target);
    if (type !== 'file') return;
    sizes.set(name, size);
    if (size <= longestText) {
      const text = await jsonText(content);
      if (text !== undefined) texts.set(name, text);
    }
  });
  return { sizes, links, texts };
}

interface Entry {
  readonly type: 'file' | 'link' | 'other';
  readonly size: number;
  /** Of a link: the name within the archive. */
  readonly target: string;
}

/** Calls `take` for one entry after the other; what it does not read of the content is skipped. */
export async function eachEntry(
  file: string,
  take: (name: string, entry: Entry, content: AsyncIterable<Buffer>) => Promise<void>,
): Promise<void> {
  const entries = extract();
  const source = createReadStream(file, { highWaterMark: 1024 * 1024 });
  // Errors of the file and of the compression come out of the loop below.
  if (await isGzipped(file)) pipeline(source, createGunzip(), entries, () => undefined);
  else pipeline(source, entries, () => undefined);
  for await (const entry of entries) {
    const { name, type, size, linkname } = entry.header;
    const path = posix.normalize(name);
    // A hard link names its target from the archive's top, a symbolic one from its own folder.
    const target = posix.normalize(type === 'symlink' ? posix.join(posix.dirname(path), linkname) : linkname);
    const kind = type === 'file' || type === 'contiguous-file' ? 'file' : type === 'link' || type === 'symlink' ? 'link' : 'other';
    await take(path, { type: kind, size, target }, entry as AsyncIterable<unknown> as AsyncIterable<Buffer>);
    entry.resume();
  }
}

/** A manifest is not longer by the specification; a configuration is not in practice. */
const longestText = 4 * 1024 * 1024;

/** The whole text, when it begins like JSON. */
async function jsonText(content: AsyncIterable<Buffer>): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) {
    if (chunks.length === 0 && !/^\s*[[{]/.test(chunk.toString('latin1', 0, 16))) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 0 ? undefined : Buffer.concat(chunks).toString();
}

async function isGzipped(file: string): Promise<boolean> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE(0) === 0x1f8b;
  } finally {
    await handle.close();
  }
}
