import type { ImagePull } from '../../engine/runtime-service.ts';
import { imageNameProblem } from '../../pod/image-name-problem.ts';
import type { Container } from '../../pod/types.ts';
import { pullCredentials } from './credentials/pull-credentials.ts';
import { missingPullSecrets } from './credentials/pull-secrets.ts';
import { ensureImage, normalisedReference, type EnsuredImage } from './ensure-image.ts';
import { ImageLookUps } from './image-look-ups.ts';
import type { PodOptions } from './pod-context.ts';

/** The images that the containers of one Pod need. */
export class PodImages {
  readonly #options: PodOptions;
  readonly #abort = new AbortController();
  readonly #lookUps: ImageLookUps;
  /** By container: what its next instance is made of. */
  readonly #ensured = new Map<string, EnsuredImage>();

  constructor(options: PodOptions) {
    this.#options = options;
    this.#lookUps = new ImageLookUps(options.context.engine);
  }

  /** See `PodRuntime.ensureImage`. The images of its volumes are there as well then. */
  async ensure(container: Container, onPull: (missingPullSecrets: readonly string[]) => void): Promise<ImagePull> {
    const { pod, references } = this.#options;
    const pulling = (): void => onPull(missingPullSecrets(pod, references));
    const found = await this.#ensure(container.name, container.image, container.imagePullPolicy, pulling);
    for (const { name } of container.volumeMounts ?? []) {
      const { image } = pod.spec.volumes?.find((volume) => volume.name === name) ?? {};
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

  /** Looks ahead for the images that are not pulled anyway, so that no start waits for that. */
  lookAhead(): void {
    const { spec } = this.#options.pod;
    for (const { image, imagePullPolicy } of [...(spec.initContainers ?? []), ...spec.containers])
      if (imagePullPolicy !== 'Always' && imageNameProblem(image) === undefined)
        this.#lookUps.get(normalisedReference(image)).catch(() => undefined);
  }

  /** Whether the image of a container that was not started yet is there: then it counts as looked for. */
  async isThere({ name, image, imagePullPolicy }: Container): Promise<boolean> {
    if (imagePullPolicy === 'Always' || imageNameProblem(image) !== undefined) return false;
    const reference = normalisedReference(image);
    const found = await this.#lookUps.get(reference);
    if (found !== undefined) this.#ensured.set(name, { image: found, reference, durationMs: undefined });
    return found !== undefined;
  }

  /** The engine lost the image of a container, or the container could not be made of it: it is looked for anew. */
  forget({ name }: Container): void {
    const { reference } = this.#ensured.get(name) ?? {};
    if (reference !== undefined) this.#lookUps.forget(reference);
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
      this.#lookUps,
      context.puller,
    );
  }
}
