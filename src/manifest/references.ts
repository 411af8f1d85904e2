import type { HostAlias, References } from '../pod/references.ts';
import { hasEnded, isHeadless, selects } from '../pod/service-target.ts';
import type { ConfigMap, PersistentVolumeClaim, Secret, Service } from '../pod/types.ts';
import { hostNames, networkAliases } from './names.ts';
import type { NameSources } from './names.ts';

/** The objects of the input that Pods refer to, by `namespace/name`; of two of one name the later one counts. */
export interface ReferenceObjects {
  readonly configMaps: Map<string, ConfigMap>;
  readonly secrets: Map<string, Secret>;
  readonly services: Map<string, Service>;
  readonly persistentVolumeClaims: Map<string, PersistentVolumeClaim>;
}

/** What names resolve to, and what the machine is; known only once Pods run. */
export interface ReferenceEnvironment extends NameSources {
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
    hosts: () => [...hostNames([...objects.services.values()], namespace, environment), ...environment.extraHosts],
    networkAliases: (pod) => networkAliases(pod, [...objects.services.values()]),
    nodeName: environment.nodeName,
    allocatable: environment.allocatable,
  };
}

export function objectKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/** As the API server stores them: a Service has a cluster IP, here its own address or that of the first Pod behind it. */
function servicesOf(objects: ReferenceObjects, namespace: string, environment: ReferenceEnvironment): Service[] {
  const services = [...objects.services.values()].filter(({ metadata }) => metadata?.namespace === namespace);
  return services.map((service) => {
    if (isHeadless(service) || service.spec?.type === 'ExternalName') return service;
    const clusterIP = environment.serviceIPs?.(service)?.[0] ?? service.spec?.clusterIP ?? firstPodIP(service, environment);
    return clusterIP === undefined ? service : { ...service, spec: { ...service.spec, clusterIP } };
  });
}

function firstPodIP(service: Service, environment: ReferenceEnvironment): string | undefined {
  for (const pod of environment.pods()) {
    const ip = selects(service, pod) && !hasEnded(pod) ? environment.podIP(pod) : undefined;
    if (ip !== undefined) return ip;
  }
  return undefined;
}
