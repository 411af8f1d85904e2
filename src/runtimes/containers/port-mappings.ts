import type { Pod } from '../../pod/types.ts';
import type { PortMapping } from './engine-config.ts';

/**
 * The ports of the machine that lead to the Pod: the hostPorts of its containers and `published`, which replaces a hostPort of the
 * same number. With the host's network there is nothing to map.
 */
export function portMappings({ spec }: Pod, published: readonly PortMapping[]): PortMapping[] {
  if (spec.hostNetwork === true) return [];
  const mappings = new Map<string, PortMapping>();
  for (const { ports = [] } of [...(spec.initContainers ?? []), ...spec.containers]) {
    for (const { hostPort = 0, containerPort, protocol = 'TCP', hostIP = '' } of ports) {
      if (hostPort > 0) add(mappings, { protocol: protocol as PortMapping['protocol'], containerPort, hostPort, hostIP });
    }
  }
  for (const mapping of published) add(mappings, mapping);
  return [...mappings.values()];
}

function add(mappings: Map<string, PortMapping>, mapping: PortMapping): void {
  mappings.set(`${mapping.protocol} ${mapping.hostIP} ${mapping.hostPort}`, mapping);
}
