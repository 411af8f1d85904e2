import { clusterDomain, podHostname } from '../pod/hosts.ts';
import type { HostAlias } from '../pod/references.ts';
import { hasEnded, isHeadless, isReachedDirectly, isServing, selects } from '../pod/service-target.ts';
import type { Pod, Service } from '../pod/types.ts';

/** What names are made from. */
export interface NameSources {
  pods(): readonly Pod[];
  /** The address of a Pod; undefined while it has none. */
  podIP(pod: Pod): string | undefined;
  /** The addresses of a Service itself; undefined: its name leads to its Pods. */
  readonly serviceIPs?: (service: Service) => readonly string[] | undefined;
}

/**
 * The names that Pods of `namespace` know, one entry a name and address, the short form only within its own namespace:
 * of Services their address, of those without one the addresses of their Pods that are ready; of Pods with a hostname the name under
 * a Service of their own (a StatefulSet's `db-0.db`); and of every Pod its name, where no Service has it.
 *
 * Source of the rules: pkg/controller/endpoint; names of Pods by themselves are an addition, a cluster has none.
 */
export function hostNames(services: readonly Service[], namespace: string, sources: NameSources): HostAlias[] {
  return [
    ...services.flatMap((service) => serviceNames(service, namespace, sources)),
    ...sources.pods().flatMap((pod) => podNames(pod, services, namespace, sources)),
  ];
}

/**
 * Names under which others reach the Pod directly, for engines with a name server of their own; programs that read the hosts file
 * find there all names. Without those of Services whose ports the Pod itself does not have.
 */
export function networkAliases(pod: Pod, services: readonly Service[]): string[] {
  const { name, namespace } = pod.metadata;
  const own = services.filter((service) => service.metadata?.namespace === namespace);
  const selecting = own.filter((service) => selects(service, pod));
  const direct = selecting.filter((service) => isHeadless(service) || isReachedDirectly(service, pod));
  return [
    ...(own.some(({ metadata }) => metadata?.name === name) ? [] : [name, `${name}.${namespace}`]),
    ...direct.flatMap(({ metadata }) => domainNames(metadata?.name ?? '', namespace, namespace)),
    ...selecting.flatMap((service) => hostnameUnder(service, pod, namespace)),
  ];
}

function serviceNames(service: Service, from: string, sources: NameSources): HostAlias[] {
  const { name = '', namespace = '' } = service.metadata ?? {};
  const pods = servingPods(service, sources);
  const ips = sources.serviceIPs?.(service) ?? pods.map(({ ip }) => ip);
  const hostnames = domainNames(name, namespace, from);
  return [
    ...[...new Set(ips)].map((ip) => ({ ip, hostnames })),
    ...pods.flatMap(({ pod, ip }) => {
      const own = hostnameUnder(service, pod, from);
      return own.length === 0 ? [] : [{ ip, hostnames: own }];
    }),
  ];
}

function servingPods(service: Service, sources: NameSources): { pod: Pod; ip: string }[] {
  return sources.pods().flatMap((pod) => {
    const ip = selects(service, pod) && isServing(service, pod) ? sources.podIP(pod) : undefined;
    return ip === undefined ? [] : [{ pod, ip }];
  });
}

function podNames(pod: Pod, services: readonly Service[], from: string, sources: NameSources): HostAlias[] {
  const { name, namespace } = pod.metadata;
  const ip = hasEnded(pod) ? undefined : sources.podIP(pod);
  const isTaken = services.some(({ metadata }) => metadata?.name === name && metadata.namespace === namespace);
  if (ip === undefined || isTaken) return [];
  const full = `${name}.${namespace}`;
  return [{ ip, hostnames: namespace === from ? [name, full] : [full] }];
}

function hostnameUnder({ metadata }: Service, pod: Pod, from: string): string[] {
  const { hostname, subdomain } = pod.spec;
  if (!hostname || subdomain === undefined || subdomain !== metadata?.name) return [];
  return domainNames(`${podHostname(pod).shortName}.${subdomain}`, pod.metadata.namespace, from);
}

/** From the short name, which only its own namespace knows, to the full one. */
function domainNames(name: string, namespace: string, from: string): string[] {
  const full = [`${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.${clusterDomain}`];
  return namespace === from ? [name, ...full] : full;
}
