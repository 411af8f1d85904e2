import { applyDefaults } from '../../pod/defaults.ts';
import type { Pod } from '../../pod/types.ts';
import { validatePod } from '../../pod/validation/validate-pod.ts';
import { badRequest, conflict, invalid } from '../api-error.ts';

/**
 * The spec of a Pod with the containers that a patch adds.
 *
 * @throws ApiError when they are invalid, or the Pod has ended.
 */
export function withEphemeralContainers(pod: Pod, patch: unknown): Pod['spec'] {
  const { name } = pod.metadata;
  if (['Succeeded', 'Failed'].includes(pod.status.phase)) throw conflict(`pod "${name}" has ended: no container can be added to it`, name);
  const added = (patch as { ephemeralContainers?: unknown } | null)?.ephemeralContainers;
  if (!Array.isArray(added) || added.length === 0) throw badRequest('ephemeralContainers: expected a list of containers to add');
  const before = pod.spec.ephemeralContainers ?? [];
  const { spec } = applyDefaults({ ...pod, spec: { ...pod.spec, ephemeralContainers: [...before, ...(added as unknown[])] } });
  const { ephemeralContainers = [] } = spec;
  // The rule against setting them is for the creation of a Pod.
  const errors = validatePod({ ...pod, spec: { ...pod.spec, ephemeralContainers } }).filter(
    ({ field }) => field !== 'spec.ephemeralContainers',
  );
  if (errors.length > 0)
    throw invalid(
      'Pod',
      name,
      errors.map(({ message }) => message),
    );
  return { ...pod.spec, ephemeralContainers };
}
