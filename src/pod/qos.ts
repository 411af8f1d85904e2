import { type Quantity, compareQuantities, isPositive, parseQuantity } from './quantity.ts';
import { lookup } from './records.ts';
import { type Resources, sumResources } from './resource-list.ts';
import { isPodLevelResource } from './resource-names.ts';
import type { PodSpec, ResourceRequirements } from './types.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/**
 * The quality-of-service class of a defaulted Pod, from CPU and memory only. The Pod's own resources decide where it
 * has any, otherwise all regular and init containers together. Source: pkg/apis/core/v1/helper/qos.
 */
export function qosClass({ spec }: { readonly spec: PodSpec }): QosClass {
  const parts = qosParts(spec);
  const requests = total(parts.map(({ resources }) => resources.requests));
  const limits = total(parts.map(({ resources }) => resources.limits));
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const isLimited = parts.every(
    ({ container, resources }) => (container === undefined && isEmpty(resources.limits)) || computeResources(resources.limits).size === 2,
  );
  return isLimited && areEqual(requests, limits) ? 'Guaranteed' : 'Burstable';
}

/** What the class depends on: a container, by its name, or the Pod's own resources. */
export interface QosPart {
  readonly container?: string;
  readonly resources: ResourceRequirements;
}

export function qosParts({ resources, containers, initContainers = [] }: PodSpec): QosPart[] {
  if (resources && hasPodLevelResources(resources)) return [{ resources }];
  return [...containers, ...initContainers].map((container) => ({ container: container.name, resources: container.resources }));
}

function hasPodLevelResources({ requests, limits }: ResourceRequirements): boolean {
  return [...Object.keys(requests ?? {}), ...Object.keys(limits ?? {})].some(isPodLevelResource);
}

function isEmpty(list: Readonly<Record<string, string>> | undefined): boolean {
  return Object.keys(list ?? {}).length === 0;
}

/** CPU and memory, where more than nothing is asked for. */
export function computeResources(list: Readonly<Record<string, string>> | undefined): Resources {
  const resources = new Map<string, Quantity>();
  for (const name of ['cpu', 'memory']) {
    const text = lookup(list, name);
    const quantity = text === undefined ? undefined : parseQuantity(text);
    if (quantity && isPositive(quantity)) resources.set(name, quantity);
  }
  return resources;
}

function total(lists: readonly (Readonly<Record<string, string>> | undefined)[]): Resources {
  return lists.map(computeResources).reduce(sumResources, new Map());
}

function areEqual(requests: Resources, limits: Resources): boolean {
  return (
    requests.size === limits.size &&
    [...requests].every(([name, request]) => {
      const limit = limits.get(name);
      return limit !== undefined && compareQuantities(request, limit) === 0;
    })
  );
}
