import { quote } from './go-quote.ts';
import type { ContainerPort, PodSpec } from './types.ts';
import { type AnyContainer, allContainers } from './validation/context.ts';

/** Ports that are listed more than once, in one container or in several. */
export function* portWarnings(spec: PodSpec): Generator<string> {
  yield* portNumberWarnings(spec);
  yield* portNameWarnings(spec);
}

function* portNumberWarnings(spec: PodSpec): Generator<string> {
  const seen = new Map<string, { port: ContainerPort; field: string }[]>();
  for (const [port, field] of ports(allContainers(spec))) {
    const { containerPort, protocol = '' } = port;
    if (port.hostIP && !port.hostPort) yield `${field}: hostIP set without hostPort: ${describe(port)}`;
    const key = `${containerPort}/${protocol}`;
    const others = seen.get(key) ?? [];
    for (const other of others) {
      const relation = compare(port, other.port);
      if (relation) yield `${field}: ${relation} port definition with ${other.field}`;
    }
    seen.set(key, [...others, { port, field }]);
  }
}

function* ports(containers: Iterable<[AnyContainer, string]>): Generator<[ContainerPort, string]> {
  for (const [container, path] of containers) {
    for (const [i, port] of (container.ports ?? []).entries()) yield [port, `${path}.ports[${i}]`];
  }
}

function compare(
  { hostIP = '', hostPort = 0 }: ContainerPort,
  { hostIP: otherIP = '', hostPort: otherPort = 0 }: ContainerPort,
): string | undefined {
  if (hostIP === otherIP && hostPort === otherPort) return 'duplicate';
  if (hostPort === 0 || otherPort === 0) return 'overlapping';
  const isOneOnAllAddresses = (hostIP === '') !== (otherIP === '');
  return hostPort === otherPort && isOneOnAllAddresses ? 'dangerously ambiguous' : undefined;
}

/** The port as Go prints a struct. */
function describe({ name = '', hostPort = 0, containerPort, protocol = '', hostIP = '' }: ContainerPort): string {
  return `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;
}

function* portNameWarnings(spec: PodSpec): Generator<string> {
  const fields = new Map<string, string>();
  for (const [{ name }, field] of ports(namedPortOwners(spec))) {
    if (!name) continue;
    const other = fields.get(name);
    const consequence = `services and probes that select ports by name will use ${other ?? field}`;
    if (other === undefined) fields.set(name, field);
    else yield `${field}: duplicate port name ${quote(name)} with ${other}, ${consequence}`;
  }
}

/** Sidecars and regular containers; the API server stops at the first init container that is no sidecar. */
function* namedPortOwners(spec: PodSpec): Generator<[AnyContainer, string]> {
  for (const [container, path] of allContainers({ ...spec, ephemeralContainers: [] })) {
    if (path.startsWith('spec.initContainers') && container.restartPolicy !== 'Always') return;
    yield [container, path];
  }
}
