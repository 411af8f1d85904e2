import { dirname } from 'node:path';
import { logDirectory } from '../../logs/directory.ts';
import { podHostname } from '../../pod/hosts.ts';
import type { Pod } from '../../pod/types.ts';
import { podDNS } from '../shared/resolv-conf.ts';
import type { NamespaceModes, PortMapping, SandboxConfig } from './engine-config.ts';
import { sandboxLabels } from './labels.ts';
import { portMappings } from './port-mappings.ts';
import { podResources } from './resources.ts';
import { sandboxSecurity, type SecurityFacts } from './security-context.ts';

export interface SandboxFacts extends SecurityFacts {
  readonly instance: string;
  readonly logs: string;
  readonly aliases: readonly string[];
  readonly published: readonly PortMapping[];
  /** The machine's resolv.conf, read when it is needed. */
  readonly resolvConf: () => string;
}

/** What the Pod's sandbox is made from. */
export function sandboxConfig(pod: Pod, attempt: number, facts: SandboxFacts): SandboxConfig {
  const { name, namespace, uid } = pod.metadata;
  const { hostNetwork, dnsPolicy, dnsConfig, runtimeClassName, securityContext } = pod.spec;
  return {
    name,
    namespace,
    uid,
    attempt,
    hostname: hostNetwork === true ? '' : podHostname(pod).hostname,
    labels: sandboxLabels(pod, facts.instance),
    aliases: facts.aliases,
    logDirectory: podLogDirectory(facts.logs, pod),
    // What the engine does by itself is what Default and, without a cluster, ClusterFirst mean.
    dns: dnsPolicy === 'None' || dnsConfig !== undefined ? podDNS(pod.spec, facts.resolvConf()) : undefined,
    portMappings: portMappings(pod, facts.published),
    namespaces: namespaceModes(pod),
    sysctls: Object.fromEntries((securityContext.sysctls ?? []).map((sysctl) => [sysctl.name, sysctl.value])),
    cgroupParent: undefined,
    resources: podResources(pod),
    security: sandboxSecurity(pod, facts),
    runtimeHandler: runtimeClassName ?? '',
  };
}

/** Which namespaces of the machine and of the sandbox the containers of a Pod are in. */
export function namespaceModes({ spec }: Pod): NamespaceModes {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace } = spec;
  return {
    network: hostNetwork === true ? 'node' : 'pod',
    pid: hostPID === true ? 'node' : shareProcessNamespace === true ? 'pod' : 'container',
    ipc: hostIPC === true ? 'node' : 'pod',
  };
}

/** The folder with a folder of log files for each container. */
export function podLogDirectory(logs: string, pod: Pod): string {
  return dirname(logDirectory(logs, pod, 'any'));
}
