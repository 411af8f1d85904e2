import type { PodSpec } from '../types.ts';
import { allContainers } from './context.ts';
import { type Errors, forbidden } from './field-error.ts';

/** `hostUsers: false` gives the Pod users of its own, which does not go with the host's other namespaces. */
export function* validateUserNamespace(spec: PodSpec): Errors {
  if (spec.hostUsers !== false) return;
  const detail = 'when `hostUsers` is false';
  if (spec.hostNetwork) yield forbidden('spec.hostNetwork', detail);
  if (spec.hostPID) yield forbidden('spec.HostPID', detail);
  if (spec.hostIPC) yield forbidden('spec.HostIPC', detail);
  for (const [{ volumeDevices = [] }, path] of allContainers(spec)) {
    if (volumeDevices.length > 0) yield forbidden(`${path}.volumeDevices`, detail);
  }
}
