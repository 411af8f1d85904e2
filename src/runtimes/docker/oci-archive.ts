import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, pack, type Header } from 'tar-stream';

/**
 * An OCI layout in a tar file, as every Docker loads it: with the table of contents of `docker save` in it. Undefined when the file
 * has one already, or is no layout: then it is loaded as it is. Rejects when the file cannot be read.
 */
export async function loadableArchive(file: string): Promise<Readable | undefined> {
  const texts = await smallFiles(file);
  const index = texts.get('index.json');
  if (index === undefined || texts.has('manifest.json')) return undefined;
  const content = JSON.stringify((JSON.parse(index) as OciIndex).manifests.flatMap((entry) => tableEntries(entry, texts)));
  return withFile(file, 'manifest.json', content);
}

interface OciIndex {
  readonly manifests: readonly OciDescriptor[];
}

interface OciDescriptor {
  readonly digest: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface OciManifest {
  readonly config?: OciDescriptor;
  readonly layers?: readonly OciDescriptor[];
  /** Of an index of images for several platforms. */
  readonly manifests?: readonly OciDescriptor[];
}

function tableEntries({ digest, annotations = {} }: OciDescriptor, texts: ReadonlyMap<string, string>): object[] {
  const manifest = JSON.parse(texts.get(blob(digest)) ?? '{}') as OciManifest;
  if (manifest.manifests !== undefined) return manifest.manifests.flatMap((entry) => tableEntries({ annotations, ...entry }, texts));
  if (manifest.config === undefined) return [];
  const name = annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name'];
  const layers = manifest.layers ?? [];
  return [
    {
      Config: blob(manifest.config.digest),
      RepoTags: name?.includes(':') ? [name] : [],
      Layers: layers.map((layer) => blob(layer.digest)),
    },
  ];
}

function blob(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

/** The files of an archive that may be descriptions: layers are larger, or no text. */
async function smallFiles(file: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const reader = extract();
  reader.on('entry', (header, stream, next) => {
    const chunks: Uint8Array[] = [];
    const isSmall = header.size <= maxDescriptionBytes;
    stream.on('data', (chunk) => {
      if (isSmall) chunks.push(chunk as Uint8Array);
    });
    stream.on('end', () => {
      if (isSmall && header.type === 'file') texts.set(plainName(header), Buffer.concat(chunks).toString('utf8'));
      next();
    });
  });
  await pipeline(createReadStream(file), reader);
  return texts;
}

const maxDescriptionBytes = 1024 * 1024;

function plainName({ name }: Header): string {
  return name.replace(/^\.\//, '');
}

function withFile(file: string, name: string, content: string): Readable {
  const writer = pack();
  const reader = extract();
  reader.on('entry', (header, stream, next) => {
    stream.pipe(writer.entry(header, next));
  });
  pipeline(createReadStream(file), reader).then(
    () => {
      writer.entry({ name }, content);
      writer.finalize();
    },
    (error: unknown) => writer.destroy(error as Error),
  );
  return writer as unknown as Readable;
}
