import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGzip, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { digest, type TestImage } from '../registries/test-image.ts';

/** As `docker save` has written it for years: a folder for a layer, links for those that are there already. */
export async function dockerArchive(file: string, images: Readonly<Record<string, TestImage>>): Promise<void> {
  const files: Record<string, Buffer | { readonly linkTo: string }> = {};
  const manifest = Object.entries(images).map(([name, { layer, config, id }], index) => {
    const folder = `layer${index}`;
    const first = Object.values(images).findIndex((other) => other.layer === layer);
    files[`${folder}/layer.tar`] = first < index ? { linkTo: `../layer${first}/layer.tar` } : layer;
    const configFile = `${id.replace('sha256:', '')}.json`;
    files[configFile] = config;
    return { Config: configFile, RepoTags: [name], Layers: [`${folder}/layer.tar`] };
  });
  await writeTar(file, { ...files, 'manifest.json': Buffer.from(JSON.stringify(manifest)) });
}

/** An OCI layout for several platforms, gzipped as a whole, its layer as well. */
export async function ociArchive(file: string, name: string, { layer, config }: TestImage): Promise<void> {
  const blobs: Record<string, Buffer> = {};
  const add = (blob: Buffer, mediaType: string): object => {
    blobs[`blobs/${digest(blob).replace(':', '/')}`] = blob;
    return { mediaType, digest: digest(blob), size: blob.length };
  };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const oci = 'application/vnd.oci.image';
  const manifest = add(
    json({
      schemaVersion: 2,
      mediaType: `${oci}.manifest.v1+json`,
      config: add(config, `${oci}.config.v1+json`),
      layers: [add(gzipSync(layer), `${oci}.layer.v1.tar+gzip`)],
    }),
    `${oci}.manifest.v1+json`,
  );
  const other = { ...manifest, digest: `sha256:${'0'.repeat(64)}`, platform: { os: 'linux', architecture: 's390x' } };
  const index = add(
    json({ schemaVersion: 2, manifests: [other, { ...manifest, platform: { os: 'linux', architecture: 'amd64' } }] }),
    `${oci}.index.v1+json`,
  );
  const top = { schemaVersion: 2, manifests: [{ ...index, annotations: { 'org.opencontainers.image.ref.name': name } }] };
  await writeTar(file, { 'oci-layout': json({ imageLayoutVersion: '1.0.0' }), 'index.json': json(top), ...blobs }, true);
}

async function writeTar(
  file: string,
  files: Readonly<Record<string, Buffer | { readonly linkTo: string }>>,
  isGzipped = false,
): Promise<void> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) {
    if (Buffer.isBuffer(content)) archive.entry({ name }, content);
    else archive.entry({ name, type: 'symlink', linkname: content.linkTo });
  }
  archive.finalize();
  const source = archive as AsyncIterable<unknown> as AsyncIterable<Buffer>;
  if (isGzipped) await pipeline(source, createGzip(), createWriteStream(file));
  else await pipeline(source, createWriteStream(file));
}
