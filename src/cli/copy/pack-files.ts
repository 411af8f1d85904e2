import { createReadStream } from 'node:fs';
import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Pack, pack } from 'tar-stream';

/**
 * A tar archive of a file or a folder, which is called `name` in it. Links stay links; what is neither a file, a folder nor a link is
 * left out, and said.
 */
export function packFiles(path: string, name: string, warn: (line: string) => void): AsyncIterable<Uint8Array> {
  const archive = pack();
  add(archive, path, name, warn).then(
    () => archive.finalize(),
    (error: unknown) => archive.destroy(error as Error),
  );
  return archive as AsyncIterable<Uint8Array>;
}

async function add(archive: Pack, path: string, name: string, warn: (line: string) => void): Promise<void> {
  const stats = await lstat(path);
  const header = { name, mode: stats.mode & 0o7777, mtime: stats.mtime, uid: stats.uid, gid: stats.gid };
  if (stats.isDirectory()) {
    await addEmpty(archive, { ...header, type: 'directory' });
    for (const child of (await readdir(path)).sort()) await add(archive, join(path, child), `${name}/${child}`, warn);
  } else if (stats.isSymbolicLink()) {
    await addEmpty(archive, { ...header, type: 'symlink', linkname: await readlink(path) });
  } else if (stats.isFile()) {
    const entry = archive.entry({ ...header, size: stats.size });
    // One that grows meanwhile is cut where it ended.
    if (stats.size === 0) entry.end(null);
    else await pipeline(createReadStream(path, { end: stats.size - 1 }), entry);
  } else warn(`skipping ${JSON.stringify(path)}: neither a file, a folder nor a link`);
}

function addEmpty(archive: Pack, header: Parameters<Pack['entry']>[0]): Promise<void> {
  return new Promise((resolve, reject) => archive.entry(header, (error) => (error ? reject(error) : resolve())));
}
