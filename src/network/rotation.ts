import { hash } from './address-range.ts';
import type { Endpoint } from './service-plan.ts';

/** Whose turn it is. */
export class Rotation {
  readonly #isSticky: boolean;
  #turn = 0;

  constructor(isSticky: boolean) {
    this.#isSticky = isSticky;
  }

  /** The endpoints in the order in which a connection of this client is to try them: each is first in turn, or always the same one. */
  order(endpoints: readonly Endpoint[], client: string): readonly Endpoint[] {
    if (endpoints.length === 0) return [];
    const first = (this.#isSticky ? hash(client) : this.#turn++) % endpoints.length;
    return [...endpoints.slice(first), ...endpoints.slice(0, first)];
  }
}
