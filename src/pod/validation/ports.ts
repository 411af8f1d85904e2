import type { ContainerPort } from '../types.ts';
import { duplicate, type Errors, invalidBecause, notSupported, required } from './field-error.ts';
import { portName, portNumber } from './formats.ts';

/** The ports of one container. */
export function* validatePorts(ports: readonly ContainerPort[], field: string): Errors {
  const names = new Set<string>();
  for (const [i, { name, containerPort, hostPort, protocol = '' }] of ports.entries()) {
    const path = `${field}[${i}]`;
    if (name) {
      const reasons = [...portName(name)];
      yield* invalidBecause(`${path}.name`, name, reasons);
      if (reasons.length === 0 && names.has(name)) yield duplicate(`${path}.name`, name);
      if (reasons.length === 0) names.add(name);
    }
    if (containerPort === 0) yield required(`${path}.containerPort`);
    else yield* invalidBecause(`${path}.containerPort`, containerPort, portNumber(containerPort));
    if (hostPort) yield* invalidBecause(`${path}.hostPort`, hostPort, portNumber(hostPort));
    const supported = ['SCTP', 'TCP', 'UDP'];
    if (protocol === '') yield required(`${path}.protocol`);
    else if (!supported.includes(protocol)) yield notSupported(`${path}.protocol`, protocol, supported);
  }
}

/** No two of the containers use the same port of the host. */
export function* validateUniqueHostPorts(containers: readonly { readonly ports?: readonly ContainerPort[] }[], field: string): Errors {
  const taken = new Set<string>();
  for (const [i, { ports = [] }] of containers.entries()) {
    for (const [j, { hostPort, protocol = '', hostIP = '' }] of ports.entries()) {
      if (!hostPort) continue;
      const port = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(port)) yield duplicate(`${field}[${i}].ports[${j}].hostPort`, port);
      taken.add(port);
    }
  }
}
