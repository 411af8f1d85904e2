import { noReferenceObjects, objectKey } from '../manifest/references.ts';
import type { ReferenceObjects } from '../manifest/references.ts';
import type { ObjectMeta } from '../pod/types.ts';
import { toWireObjects } from './api-types.ts';
import type { WireObjects } from './api-types.ts';

/**
 * What Pods refer to, of everybody's input: a Pod sees the objects of its own input first, then those that came with other Pods, so that
 * a Service of one file selects the Pods of another.
 */
export class SharedObjects {
  readonly #inputs: () => readonly WireObjects[];
  #merged: ReferenceObjects | undefined;

  /** @param inputs - All there are; the later one counts. */
  constructor(inputs: () => readonly WireObjects[]) {
    this.#inputs = inputs;
  }

  /** The inputs have changed. */
  changed(): void {
    this.#merged = undefined;
  }

  get all(): ReferenceObjects {
    this.#merged ??= merge([...new Set(this.#inputs())]);
    return this.#merged;
  }

  /** As the Pods of one input see them. */
  seenBy(own: () => WireObjects): ReferenceObjects {
    let seen: { readonly base: ReferenceObjects; readonly own: WireObjects; readonly objects: ReferenceObjects } | undefined;
    const current = (): ReferenceObjects => {
      if (seen?.base !== this.all || seen.own !== own()) {
        seen = { base: this.all, own: own(), objects: merge([toWireObjects(this.all), own()]) };
      }
      return seen.objects;
    };
    return {
      get configMaps() {
        return current().configMaps;
      },
      get secrets() {
        return current().secrets;
      },
      get services() {
        return current().services;
      },
      get persistentVolumeClaims() {
        return current().persistentVolumeClaims;
      },
    };
  }
}

function merge(inputs: readonly WireObjects[]): ReferenceObjects {
  const merged = noReferenceObjects();
  const put = <T extends { readonly metadata?: ObjectMeta }>(map: Map<string, T>, objects: readonly T[]): void => {
    for (const object of objects) map.set(objectKey(object.metadata?.namespace ?? '', object.metadata?.name ?? ''), object);
  };
  for (const { configMaps, secrets, services, persistentVolumeClaims } of inputs) {
    put(merged.configMaps, configMaps);
    put(merged.secrets, secrets);
    put(merged.services, services);
    put(merged.persistentVolumeClaims, persistentVolumeClaims);
  }
  return merged;
}
