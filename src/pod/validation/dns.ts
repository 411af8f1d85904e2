import type { Api, PodSpec } from '../types.ts';
import { type Errors, forbidden, invalid, invalidBecause, Json, notSupported, required, tooLong } from './field-error.ts';
import { byteLength, dnsSubdomain, dnsSubdomainWithUnderscore } from './formats.ts';
import { validateIpAddress } from './ip-address.ts';

// The limits of resolv.conf.
const maxNameservers = 3;
const maxSearches = 32;
const maxSearchCharacters = 2048;
const maxHostnameBytes = 64;

export function* validateDnsPolicy(policy: string, field: string): Errors {
  const supported = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
  if (policy === '') yield required(field);
  else if (!supported.includes(policy)) yield notSupported(field, policy, supported);
}

/** `spec.dnsConfig`, which the policy "None" needs. */
export function* validateDnsConfig({ dnsConfig, dnsPolicy }: PodSpec, field: string): Errors {
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (dnsPolicy === 'None' && !dnsConfig) {
    yield required(field, 'must provide `dnsConfig` when `dnsPolicy` is None');
    return;
  }
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    yield required(`${field}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None');
    return;
  }
  if (nameservers.length > maxNameservers) {
    yield invalid(`${field}.nameservers`, new Json(nameservers), `must not have more than ${maxNameservers} nameservers`);
  }
  for (const [i, nameserver] of nameservers.entries()) yield* validateIpAddress(nameserver, `${field}.nameservers[${i}]`);
  if (searches.length > maxSearches)
    yield invalid(`${field}.searches`, new Json(searches), `must not have more than ${maxSearches} search paths`);
  if (byteLength(searches.join(' ')) > maxSearchCharacters) {
    const detail = `must not have more than ${maxSearchCharacters} characters (including spaces) in the search list`;
    yield invalid(`${field}.searches`, new Json(searches), detail);
  }
  for (const [i, search] of searches.entries()) {
    const name = search.replace(/\.$/, '');
    if (search !== '.') yield* invalidBecause(`${field}.searches[${i}]`, name, dnsSubdomainWithUnderscore(name));
  }
  for (const [i, { name }] of options.entries()) if (!name) yield required(`${field}.options[${i}]`, 'must not be empty');
}

/** `spec.hostAliases`: lines of the hosts file. */
export function* validateHostAliases(aliases: readonly Api<'HostAlias'>[], field: string): Errors {
  for (const [i, { ip, hostnames = [] }] of aliases.entries()) {
    yield* validateIpAddress(ip, `${field}[${i}].ip`);
    for (const [j, hostname] of hostnames.entries())
      yield* invalidBecause(`${field}[${i}].hostnames[${j}]`, hostname, dnsSubdomain(hostname));
  }
}

export function* validateHostnameOverride({ hostnameOverride, setHostnameAsFQDN, hostNetwork }: PodSpec, field: string): Errors {
  if (hostnameOverride === undefined) return;
  if (setHostnameAsFQDN) yield forbidden(field, 'may not be specified when setHostnameAsFQDN is true');
  if (hostNetwork) yield forbidden(field, 'may not be specified when hostNetwork is true');
  if (byteLength(hostnameOverride) > maxHostnameBytes) yield tooLong(field, maxHostnameBytes);
  yield* invalidBecause(field, hostnameOverride, dnsSubdomain(hostnameOverride));
}
