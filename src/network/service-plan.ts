import { isHeadless, isReachedDirectly, isServing, selects, targetPort } from '../pod/service-target.ts';
import type { ServicePort } from '../pod/service-target.ts';
import type { Pod, Service } from '../pod/types.ts';
import { hash } from './address-range.ts';

/** A Service that has an address of its own, and what is behind it now. */
export interface PlannedService {
  /** `namespace/name`. */
  readonly key: string;
  /** Whether it selects any Pod that runs or will. */
  readonly hasPods: boolean;
  /** Every Pod behind it listens on the Service's own ports. */
  readonly isDirect: boolean;
  readonly ports: readonly PlannedPort[];
  /** sessionAffinity ClientIP. */
  readonly isSticky: boolean;
}

export interface PlannedPort {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  /** Whether it is the Pods' own port. */
  readonly isDirect: boolean;
  /** Ready ones. */
  readonly endpoints: readonly Endpoint[];
  /** Ports of this machine's loopback that lead here too. */
  readonly hostPorts: readonly number[];
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
  /** Being ready tells that it listens: a readiness probe says so. Otherwise that is found out by connecting. */
  readonly isProbed: boolean;
}

/**
 * What every Service with an address of its own leads to. Left out are headless ones, ExternalName, and those without a selector
 * or ports.
 *
 * NodePort: a port of the machine's loopback, the one that the manifest gives or one of 30000-32767 that depends on the Service's name
 * alone. LoadBalancer: its own port on the machine's loopback.
 */
export function planServices(
  services: readonly Service[],
  pods: readonly Pod[],
  podIP: (pod: Pod) => string | undefined,
): PlannedService[] {
  const nodePorts = new Set(services.flatMap(({ spec }) => (spec?.ports ?? []).flatMap(({ nodePort }) => nodePort ?? [])));
  return services.filter(hasOwnAddress).map((service) => {
    const { name = '', namespace = '' } = service.metadata ?? {};
    const key = `${namespace}/${name}`;
    const selected = pods.filter((pod) => selects(service, pod));
    const serving = selected.filter((pod) => isServing(service, pod));
    return {
      key,
      hasPods: selected.length > 0,
      isDirect: selected.every((pod) => isReachedDirectly(service, pod)),
      isSticky: service.spec?.sessionAffinity === 'ClientIP',
      ports: (service.spec?.ports ?? []).map((port) => ({
        protocol: protocolOf(port),
        port: port.port,
        isDirect: selected.every((pod) => targetPort(port, pod) === port.port),
        endpoints: serving.flatMap((pod) => endpoint(pod, port, podIP) ?? []),
        hostPorts: hostPorts(service, port, key, nodePorts),
      })),
    };
  });
}

export function hasOwnAddress(service: Service): boolean {
  const { type, selector = {}, ports = [] } = service.spec ?? {};
  return type !== 'ExternalName' && !isHeadless(service) && Object.keys(selector).length > 0 && ports.length > 0;
}

function endpoint(pod: Pod, port: ServicePort, podIP: (pod: Pod) => string | undefined): Endpoint | undefined {
  const address = podIP(pod);
  const number = targetPort(port, pod);
  if (address === undefined || number === undefined) return undefined;
  return { address, port: number, isProbed: pod.spec.containers.some(({ readinessProbe }) => readinessProbe !== undefined) };
}

function hostPorts({ spec }: Service, port: ServicePort, key: string, taken: Set<number>): number[] {
  const given = port.nodePort ? [port.nodePort] : [];
  if (spec?.type === 'LoadBalancer') return [port.port, ...given];
  if (spec?.type !== 'NodePort') return [];
  return given.length > 0 ? given : [allocateNodePort(`${key}:${port.port}/${protocolOf(port)}`, taken)];
}

const firstNodePort = 30000;
const nodePortCount = 2768;

function allocateNodePort(key: string, taken: Set<number>): number {
  for (let offset = hash(key); ; offset++) {
    const port = firstNodePort + (offset % nodePortCount);
    if (taken.has(port) && taken.size < nodePortCount) continue;
    taken.add(port);
    return port;
  }
}

function protocolOf({ protocol }: ServicePort): PlannedPort['protocol'] {
  return protocol === 'UDP' || protocol === 'SCTP' ? protocol : 'TCP';
}
