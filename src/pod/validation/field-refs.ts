import { formatQuantity, parseQuantity } from '../quantity.ts';
import type { Api } from '../types.ts';
import { type Errors, invalid, invalidBecause, notSupported, required } from './field-error.ts';
import { labelKey } from './formats.ts';

/** Field labels of a Pod that the downward API knows at all; which of them may be used depends on the place. */
const fieldLabels = new Set([
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.restartPolicy',
  'spec.serviceAccountName',
  'spec.schedulerName',
  'status.phase',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]);

/** A reference to a field of the Pod: one of `supported`, or a label or annotation in brackets. */
export function* validateFieldRef(
  { apiVersion = '', fieldPath }: Api<'ObjectFieldSelector'>,
  supported: readonly string[],
  field: string,
): Errors {
  if (apiVersion === '') {
    yield required(`${field}.apiVersion`);
    return;
  }
  if (fieldPath === '') {
    yield required(`${field}.fieldPath`);
    return;
  }
  // "metadata.labels['key']"; the value in quotes may be anything.
  const [, path = '', subscript] = /^(.+?)\['(.*)'\]$/s.exec(fieldPath) ?? [undefined, fieldPath];
  const problem = conversionProblem(apiVersion, fieldPath, path, subscript);
  if (problem !== undefined) yield invalid(`${field}.fieldPath`, fieldPath, `error converting fieldPath: ${problem}`);
  else if (subscript !== undefined) {
    const key = path === 'metadata.annotations' ? subscript.toLowerCase() : subscript;
    yield* invalidBecause(field, key, labelKey(key));
  } else if (!supported.includes(renamed(path))) yield notSupported(`${field}.fieldPath`, renamed(path), supported);
}

function conversionProblem(version: string, fieldPath: string, path: string, subscript: string | undefined): string | undefined {
  if (version !== 'v1') return `unsupported pod version: ${version}`;
  if (subscript !== undefined) {
    return path === 'metadata.annotations' || path === 'metadata.labels'
      ? undefined
      : `field label does not support subscript: ${fieldPath}`;
  }
  return fieldLabels.has(renamed(path)) ? undefined : `field label not supported: ${fieldPath}`;
}

/** An old name that the API still takes. */
function renamed(path: string): string {
  return path === 'spec.host' ? 'spec.nodeName' : path;
}

const containerResources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const byteDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

/** A reference to a resource of a container; in a volume the container must be named. */
export function* validateResourceFieldRef(reference: Api<'ResourceFieldSelector'>, field: string, isVolume = false): Errors {
  const { containerName, resource, divisor } = reference;
  const isHugePages = /^(requests|limits)\.hugepages-/.test(resource);
  if (isVolume && !containerName) yield required(`${field}.containerName`);
  else if (resource === '') yield required(`${field}.resource`);
  else if (!containerResources.includes(resource) && !isHugePages) yield notSupported(`${field}.resource`, resource, containerResources);
  const quantity = parseQuantity(divisor ?? '0');
  if (!quantity || quantity.mantissa === 0n) return;
  const kind = isHugePages ? 'hugepages' : containerResources.includes(resource) ? resource.slice(resource.indexOf('.') + 1) : undefined;
  const allowed = kind === 'cpu' ? ['1m', '1'] : byteDivisors;
  if (kind === undefined || allowed.includes(formatQuantity(quantity))) return;
  const values = kind === 'cpu' ? '1m and 1' : byteDivisors.join(', ');
  const name = kind === 'ephemeral-storage' ? 'local ephemeral storage' : kind;
  yield invalid(`${field}.divisor`, resource, `only divisor's values ${values} are supported with the ${name} resource`);
}
