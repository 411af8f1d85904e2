import { parseImageReference } from '../../../pod/image-reference.ts';
import type { ContentDescriptor } from '../containerd-api.ts';
import type { ArchiveIndex } from './archive.ts';

/** One image of an archive: the files that it is made of. */
export interface ArchivedImage {
  /** Normalised: `docker.io/library/busybox:1.36`. */
  readonly names: readonly string[];
  /** Files, in the archive. */
  readonly config: string;
  readonly layers: readonly string[];
  /** The manifest in the archive and its digest; without it one is made. */
  readonly manifest?: { readonly text: string; readonly descriptor: ContentDescriptor };
}

/**
 * The images of an archive, as `docker save` writes it (manifest.json) or in an OCI layout (index.json). Of an image for several
 * platforms, that of `architecture`. Throws when it is neither, or names no image.
 */
export function archivedImages(archive: ArchiveIndex, architecture: string): ArchivedImage[] {
  const images = archive.texts.has('manifest.json') ? dockerImages(archive) : ociImages(archive, architecture);
  const named = images.filter(({ names }) => names.length > 0);
  if (named.length === 0) throw new Error('the archive names no image: save it with a name and a tag, like busybox:1.36');
  return named;
}

function dockerImages(archive: ArchiveIndex): ArchivedImage[] {
  const list = json(archive, 'manifest.json') as readonly {
    Config: string;
    RepoTags?: readonly string[] | null;
    Layers: readonly string[];
  }[];
  return list.map(({ Config, RepoTags, Layers }) => ({
    names: (RepoTags ?? []).flatMap(normalized),
    config: resolve(archive, Config),
    layers: Layers.map((layer) => resolve(archive, layer)),
  }));
}

function ociImages(archive: ArchiveIndex, architecture: string): ArchivedImage[] {
  if (!archive.texts.has('index.json')) {
    throw new Error('the archive is neither of docker save (it has no manifest.json) nor an OCI layout (it has no index.json)');
  }
  const { manifests } = json(archive, 'index.json') as OciIndex;
  return manifests.flatMap((descriptor) => {
    const names = imageNames(descriptor);
    const found = names.length === 0 ? undefined : manifestFor(archive, descriptor, architecture);
    if (found === undefined) return [];
    const text = archive.texts.get(blobFile(found)) ?? missing(blobFile(found));
    const { config, layers } = JSON.parse(text) as OciManifest;
    const { mediaType, digest, size } = found;
    return [
      {
        names,
        config: resolve(archive, blobFile(config)),
        layers: layers.map((layer) => resolve(archive, blobFile(layer))),
        manifest: { text, descriptor: { mediaType, digest, size } },
      },
    ];
  });
}

interface OciDescriptor extends ContentDescriptor {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: { readonly os: string; readonly architecture: string };
}

interface OciIndex {
  readonly manifests: readonly OciDescriptor[];
}

interface OciManifest {
  readonly config: OciDescriptor;
  readonly layers: readonly OciDescriptor[];
}

/** containerd's annotation has the whole name; the standard's has it too, or only the tag. */
function imageNames({ annotations = {} }: OciDescriptor): string[] {
  const whole = annotations['io.containerd.image.name'];
  if (whole !== undefined) return normalized(whole);
  const name = annotations['org.opencontainers.image.ref.name'] ?? '';
  return /[/:]/.test(name) ? normalized(name) : [];
}

function manifestFor(archive: ArchiveIndex, descriptor: OciDescriptor, architecture: string): OciDescriptor | undefined {
  const text = archive.texts.get(blobFile(descriptor));
  if (text === undefined) return undefined;
  const { manifests } = JSON.parse(text) as Partial<OciIndex>;
  if (manifests === undefined) return descriptor;
  const fitting = manifests.find(({ platform }) => platform?.os === 'linux' && platform.architecture === architecture);
  return fitting && manifestFor(archive, fitting, architecture);
}

function blobFile({ digest }: ContentDescriptor): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** Layers that several images share stand in the archive once, the others are links. */
function resolve({ sizes, links }: ArchiveIndex, file: string): string {
  let name = file;
  for (let steps = 0; steps <= links.size; steps++) {
    if (sizes.has(name)) return name;
    name = links.get(name) ?? missing(file);
  }
  return missing(file);
}

function normalized(name: string): string[] {
  const reference = parseImageReference(name);
  return reference?.tag === undefined ? [] : [`${reference.domain}/${reference.path}:${reference.tag}`];
}

function json({ texts }: ArchiveIndex, file: string): unknown {
  return JSON.parse(texts.get(file) ?? missing(file));
}

function missing(file: string): never {
  throw new Error(`the archive is not whole: ${file} is missing`);
}
