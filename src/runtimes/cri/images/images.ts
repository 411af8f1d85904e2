import { PullError, type EngineImage, type PullOptions } from '../../containers/container-engine.ts';
import type { ContainerdApi } from '../containerd-api.ts';
import type { Image, ImageApi } from '../cri-api.ts';
import type { Service } from '../grpc/service.ts';
import { imageConfig } from './image-config.ts';
import { asPullError } from './pull-error.ts';
import { PullWatch } from './pull-progress.ts';

/** The images of the engine. */
export class Images {
  readonly #service: Service<ImageApi>;
  readonly #content: ContainerdApi['content'] | undefined;
  readonly #ids = new Map<string, string>();

  /** `content`: containerd's, which tells how far a pull is. */
  constructor(service: Service<ImageApi>, content: ContainerdApi['content'] | undefined) {
    this.#service = service;
    this.#content = content;
  }

  async status(reference: string): Promise<EngineImage | undefined> {
    const { image, info } = await this.#service.call('ImageStatus', { image: { image: reference }, verbose: true });
    if (image === null) return undefined;
    const known = toEngineImage(reference, image, info['info'] ?? '');
    this.#ids.set(reference, known.imageID);
    return known;
  }

  /** As the last status showed it; the reference itself when it was not asked for. */
  imageID(reference: string): string {
    return this.#ids.get(reference) ?? reference;
  }

  /** The digest of its configuration. */
  async id(reference: string): Promise<string | undefined> {
    const { image } = await this.#service.call('ImageStatus', { image: { image: reference }, verbose: false });
    return image?.id;
  }

  async pull(reference: string, { auth, progress, signal }: PullOptions): Promise<EngineImage> {
    const watch = this.#content && new PullWatch(this.#content, reference, progress);
    try {
      // Without the server's address: containerd would compare it with the registry's host, in a form of its own.
      const { username, password, identityToken, registryToken } = auth ?? {};
      await this.#service.call(
        'PullImage',
        {
          image: { image: reference },
          ...(auth && {
            auth: {
              ...(username !== undefined && { username }),
              ...(password !== undefined && { password }),
              ...(identityToken !== undefined && { identityToken }),
              ...(registryToken !== undefined && { registryToken }),
            },
          }),
        },
        { signal },
      );
    } catch (error) {
      watch?.stop();
      throw signal.aborted ? new PullError('other', `the pull of ${reference} was stopped`, { cause: error }) : asPullError(error as Error);
    }
    watch?.complete();
    const image = await this.status(reference);
    if (image === undefined) throw new PullError('other', `${reference} is not there although it was pulled`);
    return image;
  }
}

function toEngineImage(reference: string, { id, repoTags, repoDigests, size }: Image, info: string): EngineImage {
  return {
    imageID: repoDigests[0] ?? id,
    image: repoTags.includes(reference) ? reference : (repoTags[0] ?? reference),
    sizeBytes: size,
    config: imageConfig(info),
  };
}
