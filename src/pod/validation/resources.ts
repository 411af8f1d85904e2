import {
  type Quantity,
  compareQuantities,
  formatQuantity,
  isNegative,
  isPositive,
  isWhole,
  parseQuantity,
  scaledValue,
} from '../quantity.ts';
import { quantities } from '../resource-list.ts';
import { isHugePages, isNativeResource, isOvercommitAllowed } from '../resource-names.ts';
import type { Api, ResourceRequirements } from '../types.ts';
import type { SpecContext } from './context.ts';
import { duplicate, type Errors, forbidden, invalid, invalidBecause, Json, notFound, required } from './field-error.ts';
import { dnsLabel, labelKey } from './formats.ts';

type NameRule = (name: string, field: string) => Errors;

/** `resources` of a container. */
export function validateContainerResources(resources: ResourceRequirements, { claimNames }: SpecContext, field: string): Errors {
  return validateRequirements(resources, validateContainerResourceName, claimNames, field);
}

/** `overhead` counts as limits do. */
export function validateOverhead(overhead: Readonly<Record<string, string>>, field: string): Errors {
  return validateRequirements({ limits: { ...overhead } }, validateContainerResourceName, new Set(), field);
}

/** Limits and requests with names that `validateName` allows. */
export function* validateRequirements(
  resources: ResourceRequirements,
  validateName: NameRule,
  claimNames: ReadonlySet<string>,
  field: string,
): Errors {
  const limits = quantities(resources.limits);
  const requests = quantities(resources.requests);
  for (const [name, limit] of limits) yield* validateEntry(name, limit, validateName, `${field}.limits[${name}]`);
  for (const [name, request] of requests) {
    const path = `${field}.requests[${name}]`;
    yield* validateName(name, path);
    yield* validateQuantity(name, request, path);
    yield* validateAgainstLimit(name, request, limits.get(name), field);
    yield* validateHugePages(name, request, path);
  }
  const names = [...limits.keys(), ...requests.keys()];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory'))
    yield forbidden(field, 'HugePages require cpu or memory');
  yield* validateClaims(resources.claims ?? [], claimNames, `${field}.claims`);
}

function* validateEntry(name: string, quantity: Quantity, validateName: NameRule, path: string): Errors {
  yield* validateName(name, path);
  yield* validateQuantity(name, quantity, path);
  yield* validateHugePages(name, quantity, path);
}

/** A name that any resource may have: a standard one, or one with a domain. */
export function* validateResourceName(name: string, field: string): Errors {
  const reasons = [...labelKey(name)];
  yield* invalidBecause(field, new Json(name), reasons);
  if (reasons.length === 0 && !name.includes('/') && !isStandardResource(name)) {
    yield invalid(field, new Json(name), 'must be a standard resource type or fully qualified');
  }
}

function* validateContainerResourceName(name: string, field: string): Errors {
  yield* validateResourceName(name, field);
  if (!name.includes('/')) {
    const isForContainers = ['cpu', 'memory', 'ephemeral-storage'].includes(name) || isHugePages(name);
    if (!isForContainers) yield invalid(field, new Json(name), 'must be a standard resource for containers');
  } else if (!isNativeResource(name) && !isExtendedResource(name)) {
    yield invalid(field, new Json(name), "doesn't follow extended resource name standard");
  }
}

/** Names of countable objects, which only quotas use. */
const objectCounts = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const computeResources = ['cpu', 'memory', 'ephemeral-storage'];
const standardResources = new Set([
  ...computeResources.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]),
  ...objectCounts,
  'storage',
  'requests.storage',
]);

function isStandardResource(name: string): boolean {
  return standardResources.has(name) || isHugePages(name) || name.startsWith('requests.hugepages-');
}

function isExtendedResource(name: string): boolean {
  return !isNativeResource(name) && !name.startsWith('requests.') && [...labelKey(`requests.${name}`)].length === 0;
}

/** Not negative, and whole where only whole ones exist. */
function* validateQuantity(name: string, quantity: Quantity, field: string): Errors {
  if (isNegative(quantity)) yield invalid(field, formatQuantity(quantity), 'must be greater than or equal to 0');
  const isInteger = objectCounts.includes(name) || isExtendedResource(name);
  if (isInteger && !isWhole(quantity)) yield invalid(field, new Json(formatQuantity(quantity)), 'must be an integer');
}

function* validateAgainstLimit(name: string, request: Quantity, limit: Quantity | undefined, field: string): Errors {
  const mayDiffer = isOvercommitAllowed(name);
  if (!limit) {
    if (!mayDiffer) yield required(`${field}.limits`, 'Limit must be set for non overcommitable resources');
    return;
  }
  const order = compareQuantities(request, limit);
  const limitText = `${name} limit of ${formatQuantity(limit)}`;
  if (order !== 0 && !mayDiffer) yield invalid(`${field}.requests`, formatQuantity(request), `must be equal to ${limitText}`);
  else if (order > 0) yield invalid(`${field}.requests`, formatQuantity(request), `must be less than or equal to ${limitText}`);
}

function* validateHugePages(name: string, quantity: Quantity, field: string): Errors {
  if (!isHugePages(name) || isMultipleOfPage(name, quantity)) return;
  const text = formatQuantity(quantity);
  yield invalid(field, text, `${text} is not positive integer multiple of ${name}`);
}

function isMultipleOfPage(name: string, quantity: Quantity): boolean {
  const page = parseQuantity(name.slice('hugepages-'.length));
  if (!page || !isPositive(page)) return false;
  const size = scaledValue(page, 0);
  return scaledValue(page, -3) % 1000n === 0n && scaledValue(quantity, 0) % size === 0n;
}

/** Claims that a container takes part in, each at most once. */
function* validateClaims(claims: readonly Api<'ResourceClaim'>[], claimNames: ReadonlySet<string>, field: string): Errors {
  const seen = new Set<string>();
  for (const [i, { name, request }] of claims.entries()) {
    const path = `${field}[${i}]`;
    if (name === '') {
      yield required(path);
      continue;
    }
    if (seen.has(name)) yield duplicate(path, name);
    else {
      const key = request ? `${name}/${request}` : name;
      if (request) yield* invalidBecause(`${path}.request`, request, dnsLabel(request));
      if (seen.has(key)) yield duplicate(path, key);
      else if (!request) for (const other of seen) if (other.startsWith(`${name}/`)) yield duplicate(path, name);
      seen.add(key);
    }
    if (!claimNames.has(name)) {
      const known = claimNames.size === 0 ? ' which is empty' : `: ${[...claimNames].sort().join(', ')}`;
      yield notFound(path, name, `must be one of the names in pod.spec.resourceClaims${known}`);
    }
  }
}
