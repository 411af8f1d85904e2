import { createReadStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { parseImageReference } from '../../pod/image-reference.ts';
import type { EngineImage, PullOptions } from '../containers/container-engine.ts';
import type { ImageInspect } from './api-types.ts';
import { ApiError, type ApiRequest, type HttpApi } from './http-api.ts';
import { readJsonLines } from './json-lines.ts';
import { loadableArchive } from './oci-archive.ts';
import { asPullError, asPullFailure } from './pull-error.ts';
import { PullLayers, type PullMessage } from './pull-layers.ts';

export class Images {
  readonly #api: HttpApi;
  readonly #libpod: HttpApi | undefined;

  constructor(api: HttpApi, libpod: HttpApi | undefined) {
    this.#api = api;
    this.#libpod = libpod;
  }

  async status(reference: string): Promise<EngineImage | undefined> {
    try {
      return imageOf(await this.#api.call<ImageInspect>('GET', `/images/${encodeURI(reference)}/json`), reference);
    } catch (error) {
      if (error instanceof ApiError && error.isNotFound) return undefined;
      throw error;
    }
  }

  async pull(reference: string, { auth, progress, signal }: PullOptions): Promise<EngineImage> {
    const layers = new PullLayers();
    try {
      const headers = auth === undefined ? {} : { 'x-registry-auth': registryAuth(auth) };
      const response = await this.#startPull(reference, { headers, signal });
      for await (const line of readJsonLines(response)) {
        const message = line as PullMessage;
        const problem = message.errorDetail?.message ?? message.error;
        if (problem !== undefined) throw asPullError(problem);
        if (layers.take(message)) progress(layers.progress());
      }
    } catch (error) {
      throw asPullFailure(error, signal);
    }
    const image = await this.status(reference);
    if (image === undefined) throw asPullError(`the engine ended the pull of ${reference} without the image`);
    return image;
  }

  /** Docker takes registries on this machine without TLS; Podman only when it is told to, and only by its own API. */
  #startPull(reference: string, request: Pick<ApiRequest, 'headers' | 'signal'>): Promise<IncomingMessage> {
    const { domain = '' } = parseImageReference(reference) ?? {};
    if (this.#libpod === undefined || !/^(localhost|127\.[\d.]+|\[::1\])(:|$)/.test(domain)) {
      return this.#api.stream('POST', '/images/create', { query: pullQuery(reference), ...request });
    }
    return this.#libpod.stream('POST', '/images/pull', { query: { reference, tlsVerify: false }, ...request });
  }

  async load(file: string): Promise<string[]> {
    const body = (await loadableArchive(file)) ?? createReadStream(file);
    const response = await this.#api.stream('POST', '/images/load', { query: { quiet: true }, body });
    const names: string[] = [];
    for await (const line of readJsonLines(response)) {
      const { stream = '', error } = line as { stream?: string; error?: string };
      if (error !== undefined) throw new Error(`${file} could not be loaded: ${error}`);
      names.push(...loadedNames(stream));
    }
    return names;
  }
}

/** Both engines tell what they have loaded in words: one name a line, or several with commas between them. */
function loadedNames(text: string): string[] {
  return [...text.matchAll(/Loaded image(?:\(s\)| ID)?: (.+)/g)].flatMap(([, names = '']) => names.trim().split(/,\s*/)).map(normalized);
}

function pullQuery(reference: string): Record<string, string> {
  const { domain, path, tag, digest } = parseImageReference(reference) ?? {};
  if (domain === undefined || path === undefined) return { fromImage: reference };
  return { fromImage: `${domain}/${path}`, tag: digest ?? tag ?? 'latest' };
}

function registryAuth({ serverAddress, username, password, identityToken, registryToken }: NonNullable<PullOptions['auth']>): string {
  const auth = { serveraddress: serverAddress, username, password, identitytoken: identityToken, registrytoken: registryToken };
  // The engines want the padding, which Node.js leaves out of "base64url": Docker would take the login for none, without a word.
  return Buffer.from(JSON.stringify(auth)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

function imageOf({ Id, RepoTags, RepoDigests, Size, Config }: ImageInspect, reference: string): EngineImage {
  const asked = parseImageReference(reference);
  const repository = asked && `${asked.domain}/${asked.path}`;
  const digests = (RepoDigests ?? []).map(normalized);
  const tags = (RepoTags ?? []).map(normalized);
  const id = Id.startsWith('sha256:') ? Id : `sha256:${Id}`;
  const { Entrypoint, Cmd, Env, WorkingDir, StopSignal, Volumes, User } = Config ?? {};
  return {
    imageID: digests.find((digest) => digest.startsWith(`${repository}@`)) ?? digests[0] ?? id,
    image: tags.find((tag) => tag === normalized(reference)) ?? tags[0] ?? reference,
    sizeBytes: Size,
    config: {
      user: User ?? '',
      ...(Entrypoint && { entrypoint: Entrypoint }),
      ...(Cmd && { cmd: Cmd }),
      ...(Env && { env: Env }),
      ...(WorkingDir !== undefined && WorkingDir !== '' && { workingDir: WorkingDir }),
      ...(StopSignal !== undefined && StopSignal !== '' && { stopSignal: StopSignal }),
      ...(Volumes && { volumes: Object.keys(Volumes) }),
    },
  };
}

/** Docker leaves out `docker.io/library/`; everything else here has it. */
function normalized(name: string): string {
  const reference = parseImageReference(name);
  if (reference === undefined) return name;
  const { domain, path, tag, digest } = reference;
  return `${domain}/${path}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}
