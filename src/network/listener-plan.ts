import type { PodNetwork, PortMapping } from '../engine/runtime-service.ts';
import { hasEnded } from '../pod/service-target.ts';
import type { Pod } from '../pod/types.ts';
import { machineIP } from './service-addresses.ts';
import type { Endpoint, PlannedPort, PlannedService } from './service-plan.ts';

/** A port that this program is to listen on, and what is behind it now. */
export interface PlannedListener {
  readonly protocol: PlannedPort['protocol'];
  readonly address: string;
  readonly port: number;
  readonly endpoints: readonly Endpoint[];
  readonly isSticky: boolean;
  /** For messages: `Service default/web: port 80`. */
  readonly subject: string;
  /** Told to the user once it listens: somebody on this machine asked for it. */
  readonly isAnnounced: boolean;
  /** Why it cannot be listened on. */
  readonly problem?: string;
}

export interface ListenerPlanInput {
  readonly network: PodNetwork;
  readonly services: readonly PlannedService[];
  readonly pods: readonly Pod[];
  /** The address of a Service, by `namespace/name`. */
  readonly serviceIP: (key: string) => string | undefined;
  /** What is published of a Pod, its hostPorts included. */
  readonly portMappings: (pod: Pod) => readonly PortMapping[];
}

/** Every port to listen on: of Services with an address, NodePorts, and where Pods share the machine's network, published ports. */
export function planListeners(input: ListenerPlanInput): PlannedListener[] {
  const listeners = new Map<string, PlannedListener>();
  const all = [...input.services.flatMap((service) => ofService(service, input)), ...input.pods.flatMap((pod) => ofPod(pod, input))];
  for (const listener of all) {
    const key = listenerKey(listener);
    if (!listeners.has(key)) listeners.set(key, listener);
  }
  return [...listeners.values()];
}

export function listenerKey({ protocol, address, port }: Pick<PlannedListener, 'protocol' | 'address' | 'port'>): string {
  return `${protocol} ${address} ${port}`;
}

function ofService({ key, ports, isSticky }: PlannedService, { network, pods, serviceIP }: ListenerPlanInput): PlannedListener[] {
  const ip = serviceIP(key);
  return ports.flatMap((planned) => {
    const { protocol, port, endpoints, hostPorts } = planned;
    const listener = { protocol, endpoints, isSticky, subject: `Service ${key}: port ${port}` };
    const isThere = network.kind === 'machine' && planned.isDirect;
    const problem = network.kind === 'machine' ? podsOwn(pods, planned) : undefined;
    const own = ip === undefined || isThere ? [] : [{ ...listener, address: ip, port, isAnnounced: false, ...(problem && { problem }) }];
    const onHost = hostPorts
      .filter((hostPort) => !isThere || hostPort !== port)
      .map((hostPort) => ({ ...listener, address: machineIP, port: hostPort, isAnnounced: true }));
    return [...own, ...onHost];
  });
}

/** On the one network of all, a port that a container has is not free for a Service. */
function podsOwn(pods: readonly Pod[], { port, protocol }: PlannedPort): string | undefined {
  const owner = pods.find(({ spec }) =>
    spec.containers.some(({ ports = [] }) => ports.some((one) => one.containerPort === port && (one.protocol ?? 'TCP') === protocol)),
  );
  return owner && `Pod ${owner.metadata.name} has this port, and all Pods share the machine's network`;
}

/** What engines do themselves for Pods with an address of their own. */
function ofPod(pod: Pod, { network, portMappings }: ListenerPlanInput): PlannedListener[] {
  if (network.kind !== 'machine') return [];
  const isRunning = pod.status.podIP !== undefined && !hasEnded(pod);
  return portMappings(pod)
    .filter(({ hostPort, containerPort }) => hostPort !== containerPort)
    .map(({ protocol, hostIP, hostPort, containerPort }) => ({
      protocol,
      address: hostIP || '0.0.0.0',
      port: hostPort,
      endpoints: isRunning ? [{ address: machineIP, port: containerPort, isProbed: false }] : [],
      isSticky: false,
      subject: `Pod ${pod.metadata.name}: hostPort ${hostPort}`,
      isAnnounced: true,
    }));
}
