import { type Quantity, addQuantities, compareQuantities, formatQuantity, parseQuantity, zeroQuantity } from './quantity.ts';
import { isPodLevelResource } from './resource-names.ts';
import { sortedEntries } from './records.ts';
import type { Container, PodSpec, ResourceRequirements } from './types.ts';

/** What a Pod needs as a whole: canonical quantities by resource name. */
export interface EffectiveResources {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}

export type Resources = ReadonlyMap<string, Quantity>;

/**
 * The requests and limits that the scheduler counts for a defaulted Pod: for each resource the larger of what all
 * long-running containers need together and what any moment of the initialization needs; the Pod's own values replace
 * that, and `overhead` is added (to a limit only where there is one). Source: component-helpers/resource.
 */
export function effectiveResources({ spec }: { readonly spec: PodSpec }): EffectiveResources {
  const requests = withPodLevel(aggregateRequests(spec), spec.resources?.requests);
  const limits = withPodLevel(aggregateLimits(spec), spec.resources?.limits);
  const overhead = quantities(spec.overhead);
  return {
    requests: texts(sum(requests, overhead)),
    limits: texts(sum(limits, new Map([...overhead].filter(([name]) => (limits.get(name) ?? zeroQuantity).mantissa !== 0n)))),
  };
}

/** The requests of all containers of the Pod together. */
export function aggregateRequests(spec: PodSpec): Resources {
  return aggregate(spec, ({ requests }) => quantities(requests));
}

/** The limits of all containers of the Pod together; a container without a limit adds nothing. */
export function aggregateLimits(spec: PodSpec): Resources {
  return aggregate(spec, ({ limits }) => quantities(limits));
}

/** The quantities of a resource list, those that are none left out. */
export function quantities(list: Readonly<Record<string, string>> | undefined): Resources {
  const parsed = sortedEntries(list).map(([name, text]) => [name, parseQuantity(text)] as const);
  return new Map(parsed.flatMap(([name, quantity]) => (quantity ? [[name, quantity] as const] : [])));
}

function aggregate(spec: PodSpec, resourcesOf: (resources: ResourceRequirements) => Resources): Resources {
  const of = (container: Container) => resourcesOf(container.resources);
  let running = spec.containers.map(of).reduce(sum, new Map());
  let sidecars: Resources = new Map();
  let initialization: Resources = new Map();
  for (const container of spec.initContainers ?? []) {
    const isSidecar = container.restartPolicy === 'Always';
    // An init container runs beside the sidecars before it; a sidecar itself stays for the rest of the Pod's life.
    const use = sum(isSidecar ? sidecars : of(container), isSidecar ? of(container) : sidecars);
    if (isSidecar) {
      running = sum(running, of(container));
      sidecars = use;
    }
    initialization = max(initialization, use);
  }
  return max(running, initialization);
}

function withPodLevel(aggregated: Resources, list: Readonly<Record<string, string>> | undefined): Resources {
  return new Map([...aggregated, ...[...quantities(list)].filter(([name]) => isPodLevelResource(name))]);
}

function sum(a: Resources, b: Resources): Resources {
  return merge(a, b, addQuantities);
}

function max(a: Resources, b: Resources): Resources {
  return merge(a, b, (x, y) => (compareQuantities(y, x) > 0 ? y : x));
}

function merge(a: Resources, b: Resources, combine: (x: Quantity, y: Quantity) => Quantity): Resources {
  const merged = new Map(a);
  for (const [name, quantity] of b) {
    const known = merged.get(name);
    merged.set(name, known ? combine(known, quantity) : quantity);
  }
  return merged;
}

function texts(resources: Resources): Record<string, string> {
  const entries = [...resources].map(([name, quantity]) => [name, formatQuantity(quantity)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
