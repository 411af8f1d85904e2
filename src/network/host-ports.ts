import type { PortMapping } from '../engine/runtime-service.ts';
import type { Pod } from '../pod/types.ts';

/** The hostPorts of a Pod's containers. With the host's network none: its ports are the machine's already. */
export function hostPorts({ spec }: Pod): PortMapping[] {
  if (spec.hostNetwork === true) return [];
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  return [...spec.containers, ...sidecars].flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, containerPort, protocol, hostIP = '' }) =>
      hostPort ? [{ protocol: protocol === 'UDP' || protocol === 'SCTP' ? protocol : 'TCP', hostPort, containerPort, hostIP }] : [],
    ),
  );
}
