import type { Container, PodSpec } from '../pod/types.ts';

/** `sidecar` is a native one: an entry of initContainers with restartPolicy Always. `main` is every entry of containers. */
export type ContainerRole = 'init' | 'sidecar' | 'main';

export interface PodContainer {
  readonly name: string;
  readonly role: ContainerRole;
  readonly spec: Container;
}

/** The containers in the order in which they start: the entries of initContainers, then those of containers. */
export function podContainers({ initContainers = [], containers }: PodSpec): PodContainer[] {
  return [
    ...initContainers.map((spec): PodContainer => ({ name: spec.name, role: spec.restartPolicy === 'Always' ? 'sidecar' : 'init', spec })),
    ...containers.map((spec): PodContainer => ({ name: spec.name, role: 'main', spec })),
  ];
}

export function namesOf(containers: readonly { readonly name: string }[]): string[] {
  return containers.map(({ name }) => name);
}

export function withRole(containers: readonly PodContainer[], role: ContainerRole): PodContainer[] {
  return containers.filter((container) => container.role === role);
}

/** What stands before and behind a container in the start order. */
export function around(containers: readonly PodContainer[], one: PodContainer): { before: PodContainer[]; behind: PodContainer[] } {
  const index = containers.indexOf(one);
  return { before: containers.slice(0, index), behind: containers.slice(index + 1) };
}
