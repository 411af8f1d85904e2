import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';

/** Numbers that the seed decides: the same on every machine. */
export interface Random {
  /** Whole, from `from` to `to`, both included. */
  between(from: number, to: number): number;
  /** In the form of a UUID. */
  uuid(): string;
}

export function seededRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  const between = (from: number, to: number): number => uniformInt(generator, from, Math.max(from, to));
  const hex = (digits: number): string => Array.from({ length: digits }, () => between(0, 15).toString(16)).join('');
  return { between, uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}` };
}
