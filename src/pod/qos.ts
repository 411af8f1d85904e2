import { type Resources, quantities } from './effective-resources.ts';
import { type Quantity, addQuantities, compareQuantities, isPositive } from './quantity.ts';
import { isPodLevelResource } from './resource-names.ts';
import type { PodSpec, ResourceRequirements } from './types.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/**
 * The quality-of-service class of a defaulted Pod, from CPU and memory only. The Pod's own resources decide where it
 * has any, otherwise all regular and init containers together. Source: pkg/apis/core/v1/helper/qos.
 */
export function qosClass({ spec }: { readonly spec: PodSpec }): QosClass {
  const isPodLevel = hasPodLevelResources(spec.resources);
  const lists = isPodLevel
    ? [spec.resources ?? {}]
    : [...spec.containers, ...(spec.initContainers ?? [])].map(({ resources }) => resources);
  const requests = total(lists.map((list) => list.requests));
  const limits = total(lists.map((list) => list.limits));
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const isLimited = lists.every((list) => (isPodLevel && isEmpty(list.limits)) || compute(list.limits).size === 2);
  return isLimited && areEqual(requests, limits) ? 'Guaranteed' : 'Burstable';
}

function hasPodLevelResources(resources: ResourceRequirements | undefined): boolean {
  return [...Object.keys(resources?.requests ?? {}), ...Object.keys(resources?.limits ?? {})].some(isPodLevelResource);
}

function isEmpty(list: Readonly<Record<string, string>> | undefined): boolean {
  return Object.keys(list ?? {}).length === 0;
}

/** CPU and memory, where more than nothing is asked for. */
function compute(list: Readonly<Record<string, string>> | undefined): Resources {
  return new Map([...quantities(list)].filter(([name, quantity]) => (name === 'cpu' || name === 'memory') && isPositive(quantity)));
}

function total(lists: readonly (Readonly<Record<string, string>> | undefined)[]): Resources {
  const sums = new Map<string, Quantity>();
  for (const [name, quantity] of lists.flatMap((list) => [...compute(list)])) {
    const known = sums.get(name);
    sums.set(name, known ? addQuantities(known, quantity) : quantity);
  }
  return sums;
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
