import { aggregateResources } from '../phases.ts';
import { compareQuantities, formatQuantity } from '../quantity.ts';
import { quantities } from '../resource-list.ts';
import { isHugePages, isPodLevelResource } from '../resource-names.ts';
import type { PodSpec } from '../types.ts';
import { type Errors, forbidden, invalid, notSupported } from './field-error.ts';
import { validateRequirements, validateResourceName } from './resources.ts';

/** `spec.resources`: what the Pod as a whole may have; its containers must fit into it. */
export function* validatePodResources(spec: PodSpec, field: string): Errors {
  const { resources } = spec;
  if (!resources) return;
  if (spec.os?.name === 'windows') {
    yield forbidden(field, 'may not be set for a windows pod');
    return;
  }
  if (resources.claims) yield forbidden(`${field}.claims`, 'claims may not be set for Resources at pod-level');
  yield* validateRequirements(resources, validatePodResourceName, new Set(), field);
  const limits = quantities(resources.limits);
  const requests = quantities(resources.requests);
  for (const [name, needed] of aggregateResources(spec, 'requests')) {
    const request = requests.get(name);
    if (!request || compareQuantities(needed, request) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container requests of ${formatQuantity(needed)}`;
    yield invalid(`${field}.requests[${name}]`, formatQuantity(request), detail);
  }
  for (const [name, needed] of aggregateResources(spec, 'limits')) {
    const limit = limits.get(name);
    if (!isHugePages(name) || !limit || compareQuantities(needed, limit) <= 0) continue;
    const detail = `must be greater than or equal to aggregate container limits of ${formatQuantity(needed)}`;
    yield invalid(`${field}.limits[${name}]`, formatQuantity(limit), detail);
  }
  for (const [i, container] of spec.containers.entries()) {
    for (const [name, containerLimit] of quantities(container.resources.limits)) {
      const limit = limits.get(name);
      if (!limit || compareQuantities(containerLimit, limit) <= 0) continue;
      const detail = `must be less than or equal to pod limits of ${formatQuantity(limit)}`;
      yield invalid(`${field}.containers[${i}][${name}].limits`, formatQuantity(containerLimit), detail);
    }
  }
}

function* validatePodResourceName(name: string, field: string): Errors {
  const problems = [...validateResourceName(name, field)];
  yield* problems;
  if (problems.length === 0 && !isPodLevelResource(name)) yield notSupported(field, name, ['cpu', 'hugepages-', 'memory']);
}
