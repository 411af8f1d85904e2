import { relative } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { createHelper, removeHelpers } from './helper-container.ts';
import type { HttpApi } from './http-api.ts';

/**
 * Gives folders of this machine, all below `root`, to this program's user, by an engine that is root: it unpacks an archive over them, in
 * which they have another owner.
 */
export async function giveBackFolders(
  api: HttpApi,
  { root, folders, helperImage }: { readonly root: string; readonly folders: readonly string[]; readonly helperImage: string },
): Promise<void> {
  const owner = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const archive = pack();
  for (const folder of folders) archive.entry({ name: relative(root, folder), type: 'directory', mode: 0o700, ...owner });
  archive.finalize();
  const mount = { Type: 'bind', Source: root, Target: '/folder' };
  const helper = await createHelper(api, { Image: helperImage, HostConfig: { Mounts: [mount] } });
  try {
    await api.call('PUT', `/containers/${helper}/archive`, { query: { path: '/folder' }, body: Readable.from(archive) });
  } finally {
    await removeHelpers(api, helper);
  }
}
