import { randomBytes } from 'node:crypto';
import { arch } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { ContainerdApi, ContentDescriptor } from '../containerd-api.ts';
import { Code, hasCode } from '../grpc/call-error.ts';
import { archivedImages, type ArchivedImage } from './archive-images.ts';
import { eachEntry, readArchive } from './archive.ts';
import { writeContent } from './content-writer.ts';

/**
 * Loads an archive of images into containerd: the CRI has no call for it. Blobs go into the content store under a lease, which keeps
 * the garbage collector away from them until the images stand; the CRI notices the images and unpacks them when a container is
 * created. `isThere` asks the CRI. Gives the images' names.
 */
export async function loadImages(
  api: ContainerdApi,
  file: string,
  isThere: (name: string, configDigest: string) => Promise<boolean>,
): Promise<string[]> {
  const images = archivedImages(await readArchive(file), architectures[arch()] ?? arch());
  const lease = `outrider-${randomBytes(8).toString('hex')}`;
  const headers = { 'containerd-lease': lease };
  await api.leases.call('Create', { id: lease, labels: { 'containerd.io/gc.expire': new Date(Date.now() + leaseMs).toISOString() } });
  try {
    const content = api.content.with(headers);
    const blobs = await writeBlobs(content, file, images, lease);
    for (const image of images) {
      const manifest = await writeManifest(content, image, blobs, lease);
      for (const name of image.names) await createImage(api.images.with(headers), name, manifest);
    }
    for (const { names, config } of images) {
      for (const name of names) await noticed(name, () => isThere(name, blobs.get(config)?.digest ?? ''));
    }
  } finally {
    await api.leases.call('Delete', { id: lease, sync: false });
  }
  return images.flatMap(({ names }) => names);
}

/** Go's names for what Node.js calls otherwise. */
const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
/** Should this program die, the collector may have the blobs after that. */
const leaseMs = 60 * 60 * 1000;

type Blobs = ReadonlyMap<string, ContentDescriptor>;

/** Configurations and layers, in the order of the archive. */
async function writeBlobs(
  content: ContainerdApi['content'],
  file: string,
  images: readonly ArchivedImage[],
  lease: string,
): Promise<Blobs> {
  const configs = new Set(images.map(({ config }) => config));
  const wanted = new Set([...configs, ...images.flatMap(({ layers }) => layers)]);
  const blobs = new Map<string, ContentDescriptor>();
  await eachEntry(file, async (name, { type }, entry) => {
    if (type !== 'file' || !wanted.has(name) || blobs.has(name)) return;
    const { digest, size, start } = await writeContent(content, `${lease}/${blobs.size}`, entry);
    const mediaType = configs.has(name) ? configType : layerType(start);
    blobs.set(name, { mediaType, digest, size });
  });
  return blobs;
}

async function writeManifest(
  content: ContainerdApi['content'],
  { config, layers, manifest }: ArchivedImage,
  blobs: Blobs,
  lease: string,
): Promise<ContentDescriptor> {
  const parts = [config, ...layers].map((file) => blobs.get(file) as ContentDescriptor);
  const [configBlob, ...layerBlobs] = parts;
  const text = manifest?.text ?? JSON.stringify({ schemaVersion: 2, mediaType: manifestType, config: configBlob, layers: layerBlobs });
  // The garbage collector follows these.
  const labels = Object.fromEntries(parts.map(({ digest }, index) => [`containerd.io/gc.ref.content.${index}`, digest]));
  const { digest, size } = await writeContent(content, `${lease}/manifest-${configBlob?.digest ?? ''}`, Buffer.from(text), labels);
  if (manifest !== undefined && manifest.descriptor.digest !== digest) {
    throw new Error(`the archive is not whole: the manifest ${manifest.descriptor.digest} has the digest ${digest}`);
  }
  return { mediaType: manifest?.descriptor.mediaType ?? manifestType, digest, size };
}

async function createImage(images: ContainerdApi['images'], name: string, target: ContentDescriptor): Promise<void> {
  try {
    await images.call('Create', { image: { name, target } });
  } catch (error) {
    if (!hasCode(error, Code.AlreadyExists)) throw error;
    await images.call('Update', { image: { name, target }, updateMask: { paths: ['target'] } });
  }
}

/** The CRI hears of images by an event. */
async function noticed(name: string, isThere: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + noticeMs;
  while (!(await isThere())) {
    if (performance.now() > giveUpAt)
      throw new Error(`${name} was loaded, but the engine does not see it after ${noticeMs / 1000} seconds`);
    await delay(10);
  }
}

const noticeMs = 10_000;

const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const configType = 'application/vnd.oci.image.config.v1+json';

/** By the first bytes: of gzip, of Zstandard, or of a plain tar file. */
function layerType(start: Buffer): string {
  const plain = 'application/vnd.oci.image.layer.v1.tar';
  if (start.length >= 2 && start.readUInt16BE(0) === 0x1f8b) return `${plain}+gzip`;
  return start.length >= 4 && start.readUInt32LE(0) === 0xfd2fb528 ? `${plain}+zstd` : plain;
}
