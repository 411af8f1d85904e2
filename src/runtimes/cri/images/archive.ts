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

/** Reads a tar file, gzipped or not, once from beginning to end. Layers are skipped. Rejects when it is none. */
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
  }).catch((error: unknown) => {
    const { syscall, message } = error as NodeJS.ErrnoException;
    throw syscall === undefined ? new Error(`it is no tar file, or not a whole one: ${message}`, { cause: error }) : error;
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
  const isCompressed = await isGzipped(file);
  const entries = extract();
  const source = createReadStream(file, { highWaterMark: 1024 * 1024 });
  // Errors of the file and of the compression come out of the loop below.
  if (isCompressed) pipeline(source, createGunzip(), entries, () => undefined);
  else pipeline(source, entries, () => undefined);
  for await (const entry of entries) {
    const { name, type, size } = entry.header;
    const path = posix.normalize(name);
    // A hard link names its target from the archive's top, a symbolic one from its own folder.
    const folder = type === 'symlink' ? posix.dirname(path) : '';
    const isLink = type === 'symlink' || type === 'link';
    const found: Entry = {
      type: isLink ? 'link' : type === 'file' || type === 'contiguous-file' ? 'file' : 'other',
      size,
      target: isLink ? posix.join(folder, entry.header.linkname) : '',
    };
    await take(path, found, entry as AsyncIterable<unknown> as AsyncIterable<Buffer>);
    entry.resume();
  }
}

/** A manifest is not longer by the specification; a configuration is not in practice. */
const longestText = 4 * 1024 * 1024;

/** The whole text, when it begins like JSON. Reads to the end in any case: leaving early would end the archive's stream. */
async function jsonText(content: AsyncIterable<Buffer>): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let isJson: boolean | undefined;
  for await (const chunk of content) {
    isJson ??= /^\s*[[{]/.test(chunk.toString('latin1', 0, 16));
    if (isJson) chunks.push(chunk);
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
