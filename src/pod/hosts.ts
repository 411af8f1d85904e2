import type { HostAlias } from './references.ts';
import type { Pod } from './types.ts';

/** The DNS domain of a cluster, part of the fully qualified name of a Pod with a subdomain. */
export const clusterDomain = 'cluster.local';

export interface PodHostname {
  /** What `hostname` prints: the short name, or the fully qualified one with `setHostnameAsFQDN`. */
  readonly hostname: string;
  readonly shortName: string;
  /** `subdomain.namespace.svc.cluster.local`; absent without a subdomain. */
  readonly domain?: string;
}

/** The names of a Pod: `hostnameOverride`, else `hostname`, else its name, cut to 63 characters. */
export function podHostname(pod: Pod): PodHostname {
  const { hostname, hostnameOverride, subdomain, setHostnameAsFQDN } = pod.spec;
  if (hostnameOverride !== undefined) return { hostname: cut(hostnameOverride), shortName: cut(hostnameOverride) };
  const shortName = cut(hostname || pod.metadata.name);
  if (!subdomain) return { hostname: shortName, shortName };
  const domain = `${subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}`;
  return { hostname: setHostnameAsFQDN ? `${shortName}.${domain}` : shortName, shortName, domain };
}

/**
 * The content of /etc/hosts in the Pod's containers: loopback names, the Pod's own, `hostAliases`, and `others` (Services
 * and names given on the command line). With hostNetwork it begins with `nodeHosts`, the machine's own file.
 */
export function hostsFile(pod: Pod, podIPs: readonly string[], others: readonly HostAlias[], nodeHosts = ''): string {
  const aliases = (pod.spec.hostAliases ?? []).map(({ ip, hostnames }) => ({ ip, hostnames: hostnames ?? [] }));
  const { shortName, domain } = podHostname(pod);
  const own = domain === undefined ? [shortName] : [`${shortName}.${domain}`, shortName];
  const head = pod.spec.hostNetwork
    ? `# Kubernetes-managed hosts file (host network).\n${nodeHosts}${nodeHosts === '' || nodeHosts.endsWith('\n') ? '' : '\n'}`
    : `# Kubernetes-managed hosts file.\n${lines([...loopback, ...podIPs.map((ip) => ({ ip, hostnames: own }))])}`;
  return head + section('Entries added by HostAliases.', aliases) + section('Services and other names.', others);
}

const loopback: readonly HostAlias[] = [
  { ip: '127.0.0.1', hostnames: ['localhost'] },
  { ip: '::1', hostnames: ['localhost ip6-localhost ip6-loopback'] },
  { ip: 'fe00::0', hostnames: ['ip6-localnet'] },
  { ip: 'fe00::0', hostnames: ['ip6-mcastprefix'] },
  { ip: 'fe00::1', hostnames: ['ip6-allnodes'] },
  { ip: 'fe00::2', hostnames: ['ip6-allrouters'] },
];

function section(title: string, entries: readonly HostAlias[]): string {
  return entries.length === 0 ? '' : `\n# ${title}\n${lines(entries)}`;
}

function lines(entries: readonly HostAlias[]): string {
  return entries.map(({ ip, hostnames }) => `${ip}\t${hostnames.join('\t')}\n`).join('');
}

function cut(hostname: string): string {
  return hostname.length <= 63 ? hostname : hostname.slice(0, 63).replace(/[-.]+$/, '');
}
