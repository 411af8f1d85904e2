import type { Api, Pod, Service } from './types.ts';
import { matchesSelector } from './labels.ts';

export type ServicePort = Api<'ServicePort'>;

/** Whether the Service sends to this Pod, once it is ready. One without a selector selects none. */
export function selects({ metadata, spec }: Service, pod: Pod): boolean {
  return metadata?.namespace === pod.metadata.namespace && matchesSelector(pod.metadata.labels, spec?.selector);
}

/**
 * The port of the Pod that a port of a Service leads to: its number, or that of the container port of this name and protocol;
 * undefined when no container has one. Source: FindPort of pkg/api/v1/pod.
 */
export function targetPort({ targetPort: target, port, protocol = 'TCP' }: ServicePort, { spec }: Pod): number | undefined {
  // A zero or an empty name is one that was not set.
  if (!target) return port;
  if (typeof target === 'number') return target;
  const sidecars = (spec.initContainers ?? []).filter(({ restartPolicy }) => restartPolicy === 'Always');
  const ports = [...spec.containers, ...sidecars].flatMap((container) => container.ports ?? []);
  return ports.find((one) => one.name === target && (one.protocol ?? 'TCP') === protocol)?.containerPort;
}

/** Whether the Pod listens on the Service's own ports, so that its address serves as well as one of the Service's own. */
export function isReachedDirectly({ spec }: Service, pod: Pod): boolean {
  return (spec?.ports ?? []).every((port) => targetPort(port, pod) === port.port);
}

/** A Service without an address of its own: its name leads to its Pods. */
export function isHeadless({ spec }: Service): boolean {
  return spec?.clusterIP === 'None';
}

/** Whether traffic may go to the Pod: it is ready and stays, or the Service asks for those that are not ready too. */
export function isServing({ spec }: Service, { metadata, status }: Pod): boolean {
  if (hasEnded({ status })) return false;
  if (spec?.publishNotReadyAddresses === true) return true;
  const isReady = status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
  return isReady && metadata.deletionTimestamp === undefined;
}

export function hasEnded({ status }: Pick<Pod, 'status'>): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed';
}
