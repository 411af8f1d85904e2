import { withoutDisabledFields } from '../disabled-fields.ts';
import type { Pod } from '../types.ts';
import { validateAnnotationsMatchFields, validatePodAnnotations } from './annotations.ts';
import { type Errors, type FieldError, forbidden, invalid } from './field-error.ts';
import { validateMetadata } from './metadata.ts';
import { validatePodSpec } from './pod-spec.ts';

export type { FieldError } from './field-error.ts';

/**
 * Everything that the API server of Kubernetes 1.36 has against creating a defaulted Pod (see `applyDefaults`), in its
 * order; nothing for a valid Pod. What it says in no fixed order (entries of maps) comes in the order of the keys.
 * Feature gates have their defaults. Source: ValidatePodCreate of pkg/apis/core/validation.
 */
export function validatePod(pod: Pod): FieldError[] {
  return [...podErrors(withoutDisabledFields(pod))];
}

function* podErrors(pod: Pod): Errors {
  const { metadata, spec } = pod;
  yield* validateMetadata(metadata, 'metadata');
  yield* validatePodAnnotations(pod);
  yield* validatePodSpec(pod);
  yield* validateTokensHaveAccount(pod);
  yield* validateImageText(spec.containers, 'spec.containers');
  yield* validateImageText(spec.initContainers ?? [], 'spec.initContainers');
  if ((spec.ephemeralContainers ?? []).length > 0) yield forbidden('spec.ephemeralContainers', 'cannot be set on create');
  if (spec.nodeName && (spec.schedulingGates ?? []).length > 0) {
    yield forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared');
  }
  yield* validateAnnotationsMatchFields(pod);
}

function* validateTokensHaveAccount({ spec }: Pod): Errors {
  if (spec.serviceAccountName) return;
  for (const [i, { projected }] of (spec.volumes ?? []).entries()) {
    for (const [j, { serviceAccountToken }] of (projected?.sources ?? []).entries()) {
      const field = `spec.volumes[${i}].projected.sources[${j}].serviceAccountToken`;
      if (serviceAccountToken) yield forbidden(field, 'must not be specified when serviceAccountName is not set');
    }
  }
}

/** Blanks around an image name; templates may have them, Pods may not. */
function* validateImageText(containers: readonly { readonly image?: string }[], field: string): Errors {
  for (const [i, { image = '' }] of containers.entries()) {
    if (image !== image.trim()) yield invalid(`${field}[${i}].image`, image, 'must not have leading or trailing whitespace');
  }
}
