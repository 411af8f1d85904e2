import { createHelper, removeHelpers } from './helper-container.ts';
import type { HttpApi } from './http-api.ts';

/**
 * Copies the files of an image (below `subPath`) into a volume, by the engine: out of a container of the image, into one that has the
 * volume. Neither is ever started.
 */
export async function copyImage(
  api: HttpApi,
  {
    image,
    subPath,
    volume,
    helperImage,
  }: { readonly image: string; readonly subPath: string; readonly volume: string; readonly helperImage: string },
): Promise<void> {
  const source = await createHelper(api, { Image: image, Cmd: ['-'] });
  const target = await createHelper(api, {
    Image: helperImage,
    HostConfig: { Mounts: [{ Type: 'volume', Source: volume, Target: '/volume', VolumeOptions: { NoCopy: true } }] },
  });
  try {
    // A path that ends in a dot names the content of a folder, not the folder.
    const archive = await api.stream('GET', `/containers/${source}/archive`, { query: { path: `/${subPath}/.` } });
    await api.call('PUT', `/containers/${target}/archive`, { query: { path: '/volume' }, body: archive });
  } finally {
    await removeHelpers(api, source, target);
  }
}
