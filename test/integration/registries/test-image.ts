import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** One layer with a file of random bytes, `/content`, that no other image has. */
export interface TestImage {
  readonly layer: Buffer;
  /** sha256:..., of the configuration: the image's ID. */
  readonly id: string;
  readonly config: Buffer;
}

/** For loading, not for running. */
export function testImage(sizeBytes: number, environment: readonly string[] = []): Promise<TestImage> {
  return imageOf({ content: randomBytes(sizeBytes) }, environment);
}

/** With `/bin/busybox` of this machine. */
export function runnableImage(sizeBytes: number): Promise<TestImage> {
  return imageOf({ content: randomBytes(sizeBytes), 'bin/busybox': readFileSync('/bin/busybox') }, []);
}

async function imageOf(files: Readonly<Record<string, Buffer>>, environment: readonly string[]): Promise<TestImage> {
  const layer = await tar(files);
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      config: { Env: environment, Cmd: ['/content'], User: '1000', WorkingDir: '/', StopSignal: 'SIGINT', Volumes: { '/data': {} } },
      rootfs: { type: 'layers', diff_ids: [digest(layer)] },
    }),
  );
  return { layer, config, id: digest(config) };
}

async function tar(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mode: 0o755 }, content);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as AsyncIterable<unknown> as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** An image as registries have it. */
export interface PackedImage {
  readonly manifest: Buffer;
  readonly mediaType: string;
  readonly config: Buffer;
  /** Gzipped. */
  readonly layer: Buffer;
}

export function packImage({ layer, config }: TestImage): PackedImage {
  const compressed = gzipSync(layer);
  const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
  const manifest = {
    schemaVersion: 2,
    mediaType,
    config: { mediaType: 'application/vnd.docker.container.image.v1+json', digest: digest(config), size: config.length },
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip', digest: digest(compressed), size: compressed.length }],
  };
  return { manifest: Buffer.from(JSON.stringify(manifest)), mediaType, config, layer: compressed };
}

export function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
