import type { Pod } from '../pod/types.ts';
import { Failure } from './failure.ts';

/** A container of a Pod, of whatever kind. */
export interface NamedContainer {
  readonly name: string;
  readonly kind: 'init' | 'main' | 'ephemeral';
  readonly tty?: boolean;
}

/** All containers in the order in which kubectl's `--all-containers` has them. */
export function containersOf({ spec }: Pod): NamedContainer[] {
  const { initContainers = [], containers, ephemeralContainers = [] } = spec;
  return [
    ...initContainers.map(({ name, tty = false }) => ({ name, tty, kind: 'init' as const })),
    ...containers.map(({ name, tty = false }) => ({ name, tty, kind: 'main' as const })),
    ...ephemeralContainers.map(({ name, tty = false }) => ({ name, tty, kind: 'ephemeral' as const })),
  ];
}

/**
 * The container that a command means: the one named, else that of the annotation `kubectl.kubernetes.io/default-container`, else the
 * first one, which `notice` then says where there are several.
 *
 * @throws {Failure} when there is none of that name.
 */
export function chooseContainer(pod: Pod, name: string | undefined, notice: (line: string) => void): NamedContainer {
  const all = containersOf(pod);
  if (name !== undefined) {
    const named = all.find((container) => container.name === name);
    if (named !== undefined) return named;
    throw new Failure(`container ${name} is not valid for pod ${pod.metadata.name} out of: ${allNames(all)}`);
  }
  const annotated = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  const chosen = all.find((container) => container.name === annotated);
  if (chosen !== undefined) return chosen;
  const first = all.find(({ kind }) => kind === 'main');
  if (first === undefined) throw new Failure(`pod ${pod.metadata.name} has no container`);
  if (all.length > 1) notice(`Defaulted container "${first.name}" out of: ${allNames(all)}`);
  return first;
}

/** Source: kubectl's podcmd, with what the others are in brackets. */
function allNames(containers: readonly NamedContainer[]): string {
  const names = (kind: NamedContainer['kind'], suffix: string): string[] =>
    containers.filter((container) => container.kind === kind).map(({ name }) => name + suffix);
  return [...names('main', ''), ...names('ephemeral', ' (ephem)'), ...names('init', ' (init)')].join(', ');
}
