import { availableParallelism } from 'node:os';

/** How many processes are held ready ahead of the containers that will want them; more at once would only slow each other down. */
export const preparedAhead: number = Math.min(availableParallelism(), 4);

/**
 * Holds ready what the next containers of a Pod will need, so that their start does not wait for it. Containers that are not next,
 * such as restarts, have theirs made when they want it.
 */
export class PreparedContainers<Spec extends { readonly name: string }, Prepared> {
  readonly #prepare: (spec: Spec) => Prepared;
  readonly #prepared = new Map<string, Prepared>();
  readonly #ahead: number;
  #upcoming: Spec[];

  /** `upcoming`: in the order in which they will probably start. */
  constructor(upcoming: readonly Spec[], prepare: (spec: Spec) => Prepared, ahead = preparedAhead) {
    this.#prepare = prepare;
    this.#upcoming = [...upcoming];
    this.#ahead = ahead;
    this.#fill();
  }

  take(spec: Spec): Prepared {
    const prepared = this.#prepared.get(spec.name) ?? this.#prepare(spec);
    this.#prepared.delete(spec.name);
    this.#upcoming = this.#upcoming.filter(({ name }) => name !== spec.name);
    this.#fill();
    return prepared;
  }

  #fill(): void {
    for (const spec of this.#upcoming.slice(0, this.#ahead)) {
      if (!this.#prepared.has(spec.name)) this.#prepared.set(spec.name, this.#prepare(spec));
    }
  }
}
