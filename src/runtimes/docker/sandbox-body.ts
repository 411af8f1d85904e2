import type { PortMapping, SandboxConfig } from '../containers/engine-config.ts';
import { kindLabels, ownLabels } from './labels.ts';
import { uniqueName } from './names.ts';

export interface SandboxFacts {
  readonly image: string;
  /** Undefined with the host's network. */
  readonly network: string | undefined;
  /** Whether oom_score_adj may be lowered on this machine; undefined: not known yet. */
  readonly lowersOomScore: boolean;
}

/** The container that holds what the containers of a Pod share: what `POST /containers/create` takes. */
export function sandboxBody(config: SandboxConfig, { image, network, lowersOomScore }: SandboxFacts): SandboxBody {
  const { dns, namespaces, portMappings } = config;
  return {
    name: uniqueName(config.name, 'sandbox', config.attempt),
    body: {
      Image: image,
      ...(network !== undefined && { Hostname: config.hostname }),
      Labels: {
        ...config.labels,
        ...kindLabels('sandbox'),
        [ownLabels.attempt]: String(config.attempt),
        [ownLabels.logDirectory]: config.logDirectory,
        ...(!lowersOomScore && { [ownLabels.oomScore]: 'refused' }),
      },
      ...(network !== undefined && { ExposedPorts: Object.fromEntries(portMappings.map((port) => [portKey(port), {}])) }),
      HostConfig: {
        NetworkMode: network ?? 'host',
        IpcMode: namespaces.ipc === 'node' ? 'host' : 'shareable',
        ...(namespaces.pid === 'node' && { PidMode: 'host' }),
        ...(network !== undefined && { PortBindings: portBindings(portMappings) }),
        ...(dns !== undefined && { Dns: dns.servers, DnsSearch: dns.searches, DnsOptions: dns.options }),
        ...(Object.keys(config.sysctls).length > 0 && { Sysctls: config.sysctls }),
        ...(config.cgroupParent !== undefined && { CgroupParent: config.cgroupParent }),
        ...(config.runtimeHandler !== '' && { Runtime: config.runtimeHandler }),
        // The kubelet's for sandboxes: the kernel ends containers before what holds them together.
        ...(lowersOomScore && { OomScoreAdj: sandboxOomScore }),
        CapDrop: ['ALL'],
        SecurityOpt: ['no-new-privileges'],
        ReadonlyRootfs: true,
        LogConfig: { Type: 'none', Config: {} },
        RestartPolicy: { Name: 'no' },
        Init: false,
      },
      ...(network !== undefined && { NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: config.aliases } } } }),
    },
  };
}

export interface SandboxBody {
  readonly name: string;
  readonly body: object;
}

const sandboxOomScore = -998;

function portBindings(mappings: readonly PortMapping[]): Record<string, { HostIp: string; HostPort: string }[]> {
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const mapping of mappings) {
    (bindings[portKey(mapping)] ??= []).push({ HostIp: mapping.hostIP, HostPort: String(mapping.hostPort) });
  }
  return bindings;
}

function portKey({ containerPort, protocol }: PortMapping): string {
  return `${containerPort}/${protocol.toLowerCase()}`;
}
