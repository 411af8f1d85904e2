import type { ConfigMap, PersistentVolumeClaim, Pod, Secret, Service } from './types.ts';

/** The objects that Pods refer to by name, in the Pod's namespace; looked up anew at every use, so that a change is seen. */
export interface References {
  configMap(name: string): ConfigMap | undefined;
  secret(name: string): Secret | undefined;
  persistentVolumeClaim(name: string): PersistentVolumeClaim | undefined;
  /** Services of the namespace, for service environment variables and the hosts file. */
  services(): readonly Service[];
  /** Lines of the hosts file beyond the Pod's own: names of Services and what `--host` adds, with their addresses. */
  hosts(): readonly HostAlias[];
  /** Names under which other Pods reach this one directly, for engines with a name server of their own. */
  networkAliases(pod: Pod): readonly string[];
  /** spec.nodeName of every Pod here, for the downward API. */
  readonly nodeName: string;
  /** CPU in millicores and memory in bytes that a container without a limit sees (resourceFieldRef). */
  readonly allocatable: Readonly<Record<string, string>>;
}

export interface HostAlias {
  readonly ip: string;
  readonly hostnames: readonly string[];
}
