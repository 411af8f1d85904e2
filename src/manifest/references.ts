import { clusterDomain, podHostname } from '../pod/hosts.ts';
import { matchesSelector } from '../pod/labels.ts';
import type { HostAlias, References } from '../pod/references.ts';
import type { ConfigMap, PersistentVolumeClaim, Pod, Secret, Service } from '../pod/types.ts';

/** The objects of the input that Pods refer to, by `namespace/name`; of two of one name the later one counts. */
export interface ReferenceObjects {
  readonly configMaps: Map<string, ConfigMap>;
  readonly secrets: Map<string, Secret>;
  readonly services: Map<string, Service>;
  readonly persistentVolumeClaims: Map<string, PersistentVolumeClaim>;
}

/** What names resolve to, and what the machine is; known only once Pods run. */
export interface ReferenceEnvironment {
  /** All Pods that run or will. */
  pods(): readonly Pod[];
  /** The address of a Pod; undefined while it has none. On the process runtime always 127.0.0.1. */
  podIP(pod: Pod): string | undefined;
  /** Further names with their addresses (`--host`), in the order given. */
  readonly extraHosts: readonly HostAlias[];
  readonly nodeName: string;
  /** See `References`. */
  readonly allocatable: Readonly<Record<string, string>>;
}

export function noReferenceObjects(): ReferenceObjects {
  return { configMaps: new Map(), secrets: new Map(), services: new Map(), persistentVolumeClaims: new Map() };
}

/** What the Pods of a namespace see of the objects. Reads the objects and the environment anew at every call. */
export function namespaceReferences(objects: ReferenceObjects, namespace: string, environment: ReferenceEnvironment): References {
  const key = (name: string): string => objectKey(namespace, name);
  return {
    configMap: (name) => objects.configMaps.get(key(name)),
    secret: (name) => objects.secrets.get(key(name)),
    persistentVolumeClaim: (name) => objects.persistentVolumeClaims.get(key(name)),
    services: () => servicesOf(objects, namespace, environment),
    hosts: () => [...serviceHosts(objects, namespace, environment), ...environment.extraHosts],
    nodeName: environment.nodeName,
    allocatable: environment.allocatable,
  };
}

export function objectKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** As the API server stores them: a Service has a cluster IP, here the address of the first Pod that it selects. */
function servicesOf(objects: ReferenceObjects, namespace: string, environment: ReferenceEnvironment): Service[] {
  const services = [...objects.services.values()].filter(({ metadata }) => metadata?.namespace === namespace);
  return services.map((service) => {
    if (service.spec?.clusterIP || service.spec?.type === 'ExternalName') return service;
    const [clusterIP] = selectedPods(service, environment).map(({ ip }) => ip);
    return clusterIP === undefined ? service : { ...service, spec: { ...service.spec, clusterIP } };
  });
}

/**
 * The names of every Service with the addresses of the Pods that it selects, and the names of those Pods that have one
 * under a Service of their own (a StatefulSet's `db-0.db`). One line an address.
 */
function serviceHosts(objects: ReferenceObjects, namespace: string, environment: ReferenceEnvironment): HostAlias[] {
  const names = new Map<string, Set<string>>();
  const add = (ip: string, hostnames: readonly string[]): void => {
    const known = names.get(ip) ?? new Set();
    for (const hostname of hostnames) known.add(hostname);
    names.set(ip, known);
  };
  for (const service of objects.services.values()) {
    const { name = '', namespace: own = '' } = service.metadata ?? {};
    for (const { pod, ip } of selectedPods(service, environment)) {
      add(ip, domainNames(name, own, namespace));
      if (pod.spec.hostname && pod.spec.subdomain === name) add(ip, domainNames(`${podHostname(pod).shortName}.${name}`, own, namespace));
    }
  }
  return [...names].map(([ip, hostnames]) => ({ ip, hostnames: [...hostnames] }));
}

/** The Pods that a Service selects and that have an address. */
function selectedPods({ metadata, spec }: Service, environment: ReferenceEnvironment): { pod: Pod; ip: string }[] {
  return environment.pods().flatMap((pod) => {
    if (pod.metadata.namespace !== metadata?.namespace || !matchesSelector(pod.metadata.labels, spec?.selector)) return [];
    const ip = environment.podIP(pod);
    return ip === undefined ? [] : [{ pod, ip }];
  });
}

/** From the short name, which only its own namespace knows, to the full one. */
function domainNames(name: string, namespace: string, from: string): string[] {
  const full = [`${name}.${namespace}`, `${name}.${namespace}.svc`, `${name}.${namespace}.svc.${clusterDomain}`];
  return namespace === from ? [name, ...full] : full;
}
