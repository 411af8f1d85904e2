import { isIP } from 'node:net';
import type { PortMapping } from '../engine/runtime-service.ts';
import type { Pod } from '../pod/types.ts';
import { hostPorts } from './host-ports.ts';

/** What `--publish` asks for. */
export interface PublishRequest extends PortMapping {
  /** Undefined: the one Pod that it can mean. */
  readonly pod: string | undefined;
}

/** Where published ports are without an address: this machine alone reaches them. */
const publishAddress = '127.0.0.1';

/**
 * `[POD:][ADDRESS:]HOSTPORT:PORT[/PROTOCOL]`: `8080:80`, `0.0.0.0:8080:80`, `web:8080:80`, `web:[::1]:5353:53/udp`. Throws an error of
 * one line when it is something else.
 */
export function parsePublish(text: string): PublishRequest {
  const [, rest = '', protocol = 'tcp'] = /^([^/]*)(?:\/(.*))?$/.exec(text) ?? [];
  const parts = [...rest.matchAll(/\[([^\]]*)\]|[^:]+|(?<=:)(?=:|$)|^(?=:)/g)].map(([part, inner]) => inner ?? part);
  const [containerPort, hostPort, ...front] = parts.reverse();
  if (hostPort === undefined || containerPort === undefined || front.length > 2) {
    const hint = isPort(rest) ? `; did you mean ${rest}:${rest}?` : '';
    throw new Error(`Expected [POD:][ADDRESS:]HOSTPORT:PORT[/udp], for example 8080:80, found ${JSON.stringify(text)}${hint}`);
  }
  for (const port of [hostPort, containerPort]) {
    if (!isPort(port)) throw new Error(`Expected a port from 1 to 65535, found ${JSON.stringify(port)} in ${JSON.stringify(text)}`);
  }
  const upper = protocol.toUpperCase();
  if (upper !== 'TCP' && upper !== 'UDP' && upper !== 'SCTP')
    throw new Error(`Expected /tcp, /udp or /sctp behind the ports, found ${JSON.stringify(`/${protocol}`)} in ${JSON.stringify(text)}`);
  const [first, second] = front;
  const address = first !== undefined && isIP(first) > 0 ? first : undefined;
  const pod = address === undefined ? first : second;
  if ((address === undefined && second !== undefined) || (pod !== undefined && !isPodName(pod)))
    throw new Error(`Expected an address or the name of a Pod ahead of the ports, found ${JSON.stringify(text)}`);
  return { pod, protocol: upper, hostPort: Number(hostPort), containerPort: Number(containerPort), hostIP: address ?? publishAddress };
}

export interface PublishPlan {
  /** By UID of the Pod, for those that have any. */
  readonly mappings: ReadonlyMap<string, readonly PortMapping[]>;
  /** What is wrong, one line each. */
  readonly problems: readonly string[];
}

/**
 * Which Pod each request means: the one that it names, else the only one, else the only one whose containers declare the port. Two of
 * one port of the machine, hostPorts included, are a problem, and so is a Pod on the host's network.
 */
export function planPublish(requests: readonly PublishRequest[], pods: readonly Pod[]): PublishPlan {
  const mappings = new Map<string, PortMapping[]>();
  const problems: string[] = [];
  for (const request of requests) {
    const { pod: name, ...mapping } = request;
    const meant = meantPods(request, pods);
    const [pod] = meant;
    const flag = `--publish ${formatMapping(mapping)}`;
    if (pod === undefined) problems.push(`${flag}: there is no Pod ${JSON.stringify(name)}; the Pods are ${names(pods)}`);
    else if (meant.length > 1)
      problems.push(
        `${flag}: expected the name of a Pod ahead of it, for example ${pod.metadata.name}:${formatMapping(mapping)}; the Pods are ${names(meant)}`,
      );
    else if (pod.spec.hostNetwork === true)
      problems.push(`${flag}: Pod ${pod.metadata.name} has the machine's own network (hostNetwork): its ports are the machine's already`);
    else mappings.set(pod.metadata.uid, [...(mappings.get(pod.metadata.uid) ?? []), mapping]);
  }
  return { mappings, problems: [...problems, ...conflicts(pods, mappings)] };
}

/** `127.0.0.1:8080:80`, `/udp` behind it. */
export function formatMapping({ hostIP, hostPort, containerPort, protocol }: PortMapping): string {
  const address = hostIP === '' ? '' : `${hostIP.includes(':') ? `[${hostIP}]` : hostIP}:`;
  return `${address}${hostPort}:${containerPort}${protocol === 'TCP' ? '' : `/${protocol.toLowerCase()}`}`;
}

function meantPods({ pod: name, containerPort, protocol }: PublishRequest, pods: readonly Pod[]): readonly Pod[] {
  if (name !== undefined) return pods.filter(({ metadata }) => metadata.name === name);
  const declaring = pods.filter(({ spec }) =>
    spec.containers.some(({ ports = [] }) =>
      ports.some((port) => port.containerPort === containerPort && (port.protocol ?? 'TCP') === protocol),
    ),
  );
  return declaring.length === 1 ? declaring : pods;
}

function conflicts(pods: readonly Pod[], published: ReadonlyMap<string, readonly PortMapping[]>): string[] {
  const problems: string[] = [];
  const seen: { mapping: PortMapping; pod: Pod }[] = [];
  for (const pod of pods) {
    for (const mapping of [...hostPorts(pod), ...(published.get(pod.metadata.uid) ?? [])]) {
      const other = seen.find((one) => overlaps(one.mapping, mapping));
      if (other !== undefined) {
        const both = `${other.pod.metadata.name} (${formatMapping(other.mapping)}) and ${pod.metadata.name} (${formatMapping(mapping)})`;
        problems.push(`port ${mapping.hostPort}/${mapping.protocol} of this machine is asked for twice: by Pods ${both}`);
      }
      seen.push({ mapping, pod });
    }
  }
  return problems;
}

function overlaps(a: PortMapping, b: PortMapping): boolean {
  const isEverywhere = isAny(a.hostIP) || isAny(b.hostIP);
  return a.hostPort === b.hostPort && a.protocol === b.protocol && (isEverywhere || a.hostIP === b.hostIP);
}

function isAny(address: string): boolean {
  return address === '' || address === '0.0.0.0' || address === '::';
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
}

function isPodName(name: string): boolean {
  return name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name);
}

function names(pods: readonly Pod[]): string {
  return pods.map(({ metadata }) => metadata.name).join(', ');
}
