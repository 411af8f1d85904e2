import { aggregateResources } from './phases.ts';
import { formatQuantity, parseQuantity, roundUp } from './quantity.ts';
import { lookup } from './records.ts';
import { isHugePages, isOvercommitAllowed, isPodLevelResource } from './resource-names.ts';
import type { PodSpec, ResourceRequirements } from './types.ts';

type ResourceList = Record<string, string>;

/** Fills in the requests that follow from limits, for each container and for the Pod itself, and rounds up to millis. */
export function defaultResources(spec: PodSpec): void {
  const containers = [...spec.containers, ...(spec.initContainers ?? [])];
  for (const { resources } of containers) if (resources.limits) resources.requests = { ...resources.limits, ...resources.requests };
  if (spec.resources) {
    defaultHugePageLimits(spec, spec.resources);
    defaultPodRequests(spec, spec.resources);
  }
  const lists = [...containers, ...(spec.ephemeralContainers ?? []), spec].flatMap(({ resources }) => [
    resources?.limits,
    resources?.requests,
  ]);
  const claims = (spec.volumes ?? []).map(({ ephemeral }) => ephemeral?.volumeClaimTemplate?.spec.resources);
  for (const list of [...lists, spec.overhead, ...claims.flatMap((claim) => [claim?.limits, claim?.requests])]) roundToMillis(list);
}

/** Huge pages that containers are limited to limit the Pod too, once it has resources of its own. */
function defaultHugePageLimits(spec: PodSpec, resources: ResourceRequirements): void {
  if (isEmpty(resources.limits) && isEmpty(resources.requests)) return;
  const missing = [...aggregateResources(spec, 'limits')].filter(
    ([name]) => isHugePages(name) && lookup(resources.requests, name) === undefined && lookup(resources.limits, name) === undefined,
  );
  const limits: ResourceList = { ...resources.limits };
  for (const [name, quantity] of missing) limits[name] = formatQuantity(quantity);
  if (!isEmpty(limits)) resources.limits = limits;
}

/** A Pod with limits requests what its containers request together, or else its limits. */
function defaultPodRequests(spec: PodSpec, resources: ResourceRequirements): void {
  if (isEmpty(resources.limits)) return;
  const requests: ResourceList = { ...resources.requests };
  for (const [name, quantity] of aggregateResources(spec, 'requests')) {
    const isDefaulted = isPodLevelResource(name) && isOvercommitAllowed(name) && lookup(requests, name) === undefined;
    if (isDefaulted) requests[name] = formatQuantity(quantity);
  }
  for (const [name, limit] of Object.entries(resources.limits ?? {})) {
    if (isPodLevelResource(name) && lookup(requests, name) === undefined) requests[name] = limit;
  }
  if (!isEmpty(requests)) resources.requests = requests;
}

function roundToMillis(list: ResourceList | undefined): void {
  for (const [name, text] of Object.entries(list ?? {})) {
    const quantity = parseQuantity(text);
    if (list && quantity && quantity.exponent < -3) list[name] = formatQuantity(roundUp(quantity, -3));
  }
}

function isEmpty(list: ResourceList | undefined): boolean {
  return Object.keys(list ?? {}).length === 0;
}
