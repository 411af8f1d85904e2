import type { ContainerEngine, EngineImage } from './container-engine.ts';

/**
 * What the engine has of images, remembered for as long as they are there: a Pod's containers mostly share theirs, and every start would
 * wait for the answer. References are normalised.
 */
export class ImageLookUps {
  readonly #engine: Pick<ContainerEngine, 'imageStatus'>;
  readonly #found = new Map<string, Promise<EngineImage | undefined>>();

  constructor(engine: Pick<ContainerEngine, 'imageStatus'>) {
    this.#engine = engine;
  }

  async get(reference: string): Promise<EngineImage | undefined> {
    const pending = this.#found.get(reference) ?? this.#engine.imageStatus(reference);
    this.#found.set(reference, pending);
    try {
      const image = await pending;
      if (image === undefined) this.#found.delete(reference);
      return image;
    } catch (error) {
      this.#found.delete(reference);
      throw error;
    }
  }

  found(reference: string, image: EngineImage): void {
    this.#found.set(reference, Promise.resolve(image));
  }

  forget(reference: string): void {
    this.#found.delete(reference);
  }
}
