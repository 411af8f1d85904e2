import type { Container, ContainerStatus, Pod, PodStatus } from '../pod/types.ts';
import type { ContainerRole } from './container-timeline.ts';

/** A container of a Pod with its status, as far as the Pod shows one. */
export interface PodContainer {
  readonly role: ContainerRole;
  readonly spec: ContainerSpec;
  readonly status: ContainerStatus | undefined;
}

/** What every kind of container has. */
export type ContainerSpec = Pick<Container, 'name' | 'lifecycle' | 'startupProbe' | 'readinessProbe'> & { readonly image?: string };

/** Init containers and sidecars in the order of the spec, then the main ones, then ephemeral ones in the order in which they were added. */
export function podContainers({ spec, status }: Pod): PodContainer[] {
  const { initContainers = [], containers, ephemeralContainers = [] } = spec;
  const withStatus = (role: ContainerRole, own: ContainerSpec, statuses: readonly ContainerStatus[] = []): PodContainer => ({
    role,
    spec: own,
    status: statuses.find(({ name }) => name === own.name),
  });
  return [
    ...initContainers.map((own) => withStatus(own.restartPolicy === 'Always' ? 'sidecar' : 'init', own, status.initContainerStatuses)),
    ...containers.map((own) => withStatus('main', own, status.containerStatuses)),
    ...ephemeralContainers.map((own) => withStatus('ephemeral', own, status.ephemeralContainerStatuses)),
  ];
}

export function containerStatuses({ status }: Pod): ContainerStatus[] {
  return kinds.flatMap((kind) => status[kind] ?? []);
}

/** The lists of statuses that the Pod has, each status changed. */
export function changedStatuses({ status }: Pod, change: (status: ContainerStatus) => ContainerStatus): Partial<Pick<PodStatus, Kind>> {
  return Object.fromEntries(kinds.flatMap((kind) => (status[kind] === undefined ? [] : [[kind, status[kind].map(change)]])));
}

const kinds = ['initContainerStatuses', 'containerStatuses', 'ephemeralContainerStatuses'] as const;
type Kind = (typeof kinds)[number];
