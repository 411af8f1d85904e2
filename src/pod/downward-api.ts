import { ConfigError } from './config-error.ts';
import { quote } from './go-quote.ts';
import { parseQuantity, scaledValue, type Quantity } from './quantity.ts';
import { lookup, sortedEntries } from './records.ts';
import type { References } from './references.ts';
import type { Api, Container, Pod } from './types.ts';

/** Addresses that are known once the Pod's sandbox exists; the first is the primary one. */
export interface PodAddresses {
  readonly podIPs: readonly string[];
  readonly hostIPs: readonly string[];
}

/**
 * The value of a `fieldRef`. `addresses` is absent for volumes, where the API allows only fields of the metadata.
 * Throws `ConfigError` for a path that names no field.
 */
export function fieldValue(pod: Pod, references: Pick<References, 'nodeName'>, fieldPath: string, addresses?: PodAddresses): string {
  const { metadata, spec } = pod;
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/s.exec(fieldPath);
  if (subscript !== null) return lookup(metadata[subscript[1] as 'labels' | 'annotations'], subscript[2] ?? '') ?? '';
  switch (fieldPath) {
    case 'metadata.name':
    case 'metadata.namespace':
    case 'metadata.uid':
      return metadata[fieldPath.slice('metadata.'.length) as 'name' | 'namespace' | 'uid'];
    case 'metadata.labels':
      return formatMap(metadata.labels);
    case 'metadata.annotations':
      return formatMap(metadata.annotations);
    case 'spec.nodeName':
      return spec.nodeName || references.nodeName;
    case 'spec.serviceAccountName':
      return spec.serviceAccountName || 'default';
  }
  const address = addresses && addressValue(fieldPath, addresses);
  if (address === undefined) throw new ConfigError(`unsupported fieldPath: ${fieldPath}`);
  return address;
}

/** A map of labels or annotations as a file shows it: one line `key="escaped value"` an entry, in the order of the keys. */
function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return sortedEntries(map)
    .map(([key, value]) => `${key}=${quote(value)}`)
    .join('\n');
}

/**
 * The value of a `resourceFieldRef` in units of its divisor, rounded up. A missing limit of CPU, memory or ephemeral
 * storage counts as the Pod's own, else as all that the machine has; a missing request as 0. `container` is the one whose
 * variable it is; absent for volumes.
 */
export function resourceValue(
  pod: Pod,
  references: Pick<References, 'allocatable'>,
  selector: Api<'ResourceFieldSelector'>,
  container?: Container,
): string {
  const { containerName, resource, divisor } = selector;
  const target = container === undefined || containerName ? named(pod, containerName ?? '') : container;
  // An init container named in a variable, even by itself, is the one case in which nothing stands in for a missing limit.
  const defaulted = container === undefined || !containerName || pod.spec.containers.includes(target);
  const amount = resourceAmount(pod, references, target, resource, defaulted);
  return inUnits(amount, quantity(divisor), resource.endsWith('.cpu') ? -3 : 0);
}

function addressValue(fieldPath: string, { podIPs, hostIPs }: PodAddresses): string | undefined {
  switch (fieldPath) {
    case 'status.podIP':
      return podIPs[0] ?? '';
    case 'status.podIPs':
      return podIPs.join(',');
    case 'status.hostIP':
      return hostIPs[0] ?? '';
    case 'status.hostIPs':
      return hostIPs.join(',');
    default:
      return undefined;
  }
}

function named(pod: Pod, name: string): Container {
  const found = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((container) => container.name === name);
  if (found === undefined) throw new ConfigError(`container ${name} not found`);
  return found;
}

function resourceAmount(
  pod: Pod,
  references: Pick<References, 'allocatable'>,
  { resources }: Container,
  selector: string,
  defaulted: boolean,
) {
  const [, list, resource = ''] = /^(limits|requests)\.(cpu|memory|ephemeral-storage|hugepages-.+)$/.exec(selector) ?? [];
  if (list === undefined) throw new ConfigError(`unsupported container resource : ${selector}`);
  if (list === 'requests') return quantity(lookup(resources.requests, resource));
  const limit = quantity(lookup(resources.limits, resource));
  if (limit !== undefined || !defaulted || resource.startsWith('hugepages-')) return limit;
  return quantity(lookup(pod.spec.resources?.limits, resource)) ?? quantity(lookup(references.allocatable, resource));
}

/** Undefined for zero too: a limit or a divisor of 0 is none. */
function quantity(text: string | undefined): Quantity | undefined {
  const parsed = text === undefined ? undefined : parseQuantity(text);
  return parsed?.mantissa === 0n ? undefined : parsed;
}

/** Both are first rounded up to what the kubelet counts in: millicores for CPU (exponent -3), bytes for the rest (0). */
function inUnits(amount: Quantity | undefined, divisor: Quantity | undefined, exponent: number): string {
  if (amount === undefined) return '0';
  const value = scaledValue(amount, exponent);
  const unit = divisor === undefined ? 10n ** BigInt(-exponent) : scaledValue(divisor, exponent);
  return String((value + unit - 1n) / unit);
}
