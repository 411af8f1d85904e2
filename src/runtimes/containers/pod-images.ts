import type { ImagePull } from '../../engine/runtime-service.ts';
import type { Container } from '../../pod/types.ts';
import { pullCredentials } from './credentials/pull-credentials.ts';
import { ensureImage, type EnsuredImage } from './ensure-image.ts';
import type { PodOptions } from './pod-context.ts';

/** The images that the containers of one Pod need. */
export class PodImages {
  readonly #options: PodOptions;
  readonly #abort = new AbortController();
  /** By container: what its next instance is made of. */
  readonly #ensured = new Map<string, EnsuredImage>();

  constructor(options: PodOptions) {
    this.#options = options;
  }

  /** See `PodRuntime.ensureImage`. The images of its volumes are there as well then. */
  async ensure(container: Container, pulling: () => void): Promise<ImagePull> {
    const found = await this.#ensure(container.name, container.image, container.imagePullPolicy, pulling);
    for (const { name } of container.volumeMounts ?? []) {
      const { image } = this.#options.pod.spec.volumes?.find((volume) => volume.name === name) ?? {};
      if (image !== undefined) await this.#ensure(container.name, image.reference ?? '', image.pullPolicy ?? 'IfNotPresent', pulling);
    }
    this.#ensured.set(container.name, found);
    const { image, durationMs } = found;
    return {
      alreadyPresent: durationMs === undefined,
      image: image.image,
      imageID: image.imageID,
      sizeBytes: image.sizeBytes,
      ...(durationMs !== undefined && { durationMs }),
    };
  }

  /** The image that was found or pulled for the container last. */
  of({ name, image }: Container): EnsuredImage {
    const found = this.#ensured.get(name);
    if (found === undefined) throw new Error(`the image ${image} was not looked for`);
    return found;
  }

  /** Ends the pulls that are under way. */
  abort(): void {
    this.#abort.abort(new Error('the Pod is gone'));
  }

  #ensure(container: string, image: string, policy: string, pulling: () => void): Promise<EnsuredImage> {
    const { pod, references, listener, context } = this.#options;
    return ensureImage(
      {
        image,
        policy,
        credentials: (reference) => pullCredentials(reference, pod, references, context),
        pulling,
        progress: (progress) => listener.pullProgress(container, progress),
        signal: this.#abort.signal,
      },
      context.engine,
      context.puller,
    );
  }
}
