import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { ApiError, textOf, type HttpApi } from './http-api.ts';
import { pausePrograms } from './pause/pause-program.ts';

/** The image of sandboxes. It needs no registry: it is made here, of one small program, and loaded where it is missing. */
export class PauseImage {
  readonly #api: HttpApi;
  readonly #architecture: string;
  readonly name: string;
  #present: Promise<void> | undefined;

  /** `architecture` as the engine names its own: `amd64`. */
  constructor(api: HttpApi, architecture: string) {
    this.#api = api;
    this.#architecture = architecture;
    const hash = createHash('sha256')
      .update(pausePrograms[architecture] ?? '')
      .digest('hex');
    this.name = `localhost/outrider-pause:${hash.slice(0, 12)}`;
  }

  /** Resolves once the engine has it. `anew`: it was there, but somebody removed it. */
  ensure(anew = false): Promise<void> {
    if (anew) this.#present = undefined;
    this.#present ??= this.#load().catch((error: unknown) => {
      this.#present = undefined;
      throw error;
    });
    return this.#present;
  }

  async #load(): Promise<void> {
    try {
      await this.#api.call('GET', `/images/${this.name}/json`);
      return;
    } catch (error) {
      if (!(error instanceof ApiError && error.isNotFound)) throw error;
    }
    const archive = await pauseArchive(this.#architecture, this.name);
    const response = await this.#api.stream('POST', '/images/load', { query: { quiet: true }, body: Readable.from([archive]) });
    await textOf(response);
  }
}

/** As `docker save` writes it. The same program gives the same bytes. */
export async function pauseArchive(architecture: string, name: string): Promise<Buffer> {
  const program = pausePrograms[architecture];
  if (program === undefined) {
    const known = Object.keys(pausePrograms).join(' and ');
    throw new Error(`there is no sandbox image for the engine's architecture ${architecture}, only for ${known}`);
  }
  const layer = await tar({ pause: Buffer.from(program, 'base64') });
  const config = JSON.stringify({
    architecture,
    os: 'linux',
    created: '1970-01-01T00:00:00Z',
    config: { Entrypoint: ['/pause'], User: '65535:65535' },
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
    history: [{ created: '1970-01-01T00:00:00Z' }],
  });
  const configFile = `${sha256(config)}.json`;
  const manifest = JSON.stringify([{ Config: configFile, RepoTags: [name], Layers: ['layer.tar'] }]);
  return tar({ 'layer.tar': layer, [configFile]: config, 'manifest.json': manifest });
}

async function tar(files: Readonly<Record<string, Buffer | string>>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mode: 0o755, mtime: new Date(0) }, content);
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}
