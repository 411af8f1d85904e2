import { sortedEntries } from '../records.ts';
import type { Api, Container, PodSpec, Volume } from '../types.ts';

/** What rules of one part of the Pod must know of the others. */
export interface SpecContext {
  readonly spec: PodSpec;
  /** The volumes that are valid, by name: a mount of an invalid one counts as a mount of none. */
  readonly volumes: ReadonlyMap<string, Volume>;
  /** Names of `spec.resourceClaims`. */
  readonly claimNames: ReadonlySet<string>;
}

/** Any of the three kinds of containers. */
export type AnyContainer = Container | Api<'EphemeralContainer'>;

/** Every container with its path, in the order in which the API server visits them: init, regular, ephemeral. */
export function* allContainers(spec: PodSpec): Generator<[AnyContainer, string]> {
  for (const [i, container] of (spec.initContainers ?? []).entries()) yield [container, `spec.initContainers[${i}]`];
  for (const [i, container] of spec.containers.entries()) yield [container, `spec.containers[${i}]`];
  for (const [i, container] of (spec.ephemeralContainers ?? []).entries()) yield [container, `spec.ephemeralContainers[${i}]`];
}

/** The annotations that begin with a prefix, with the rest of their key. */
export function* prefixedAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  prefix: string,
): Generator<{ key: string; rest: string; value: string }> {
  for (const [key, value] of sortedEntries(annotations)) if (key.startsWith(prefix)) yield { key, rest: key.slice(prefix.length), value };
}
