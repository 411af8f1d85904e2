import { lookup } from 'node:dns/promises';
import type { Service } from '../pod/types.ts';

/** How long an answer is good for. */
const lifetimeMs = 30_000;

/** The addresses behind Services of type ExternalName, as this machine resolves them: a hosts file has no aliases. */
export class ExternalNames {
  readonly #changed: () => void;
  readonly #answers = new Map<string, { readonly at: number; readonly addresses: readonly string[] }>();

  /** `changed`: an answer has come. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Asks for names that are new, and again for those whose answer is old. */
  update(services: readonly Service[]): void {
    for (const { spec } of services) {
      const name = spec?.type === 'ExternalName' ? spec.externalName : undefined;
      if (name && performance.now() - (this.#answers.get(name)?.at ?? -Infinity) > lifetimeMs) void this.#ask(name);
    }
  }

  /** None while unknown. */
  addresses({ spec }: Service): readonly string[] {
    return this.#answers.get(spec?.externalName ?? '')?.addresses ?? [];
  }

  async #ask(name: string): Promise<void> {
    const before = this.#answers.get(name)?.addresses ?? [];
    this.#answers.set(name, { at: performance.now(), addresses: before });
    const found = await lookup(name, { all: true }).catch(() => []);
    const addresses = found.map(({ address }) => address).sort();
    this.#answers.set(name, { at: performance.now(), addresses });
    if (addresses.join() !== before.join()) this.#changed();
  }
}
