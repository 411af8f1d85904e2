import type { Api, ObjectMeta } from '../types.ts';
import { type Errors, invalid, invalidBecause, required } from './field-error.ts';
import { dnsLabel } from './formats.ts';
import { validateMatchLabelKeys } from './match-label-keys.ts';
import { validateNodeSelector, validateNodeSelectorTerm } from './node-selector.ts';
import { validateLabelKey, validateLabelSelector } from './selectors.ts';

/** `spec.affinity`: the nodes that the Pod wants, and the Pods that it wants to be near to or away from. */
export function* validateAffinity(affinity: Api<'Affinity'> | undefined, metadata: ObjectMeta, field: string): Errors {
  if (affinity?.nodeAffinity) yield* validateNodeAffinity(affinity.nodeAffinity, `${field}.nodeAffinity`);
  if (affinity?.podAffinity) yield* validatePodAffinity(affinity.podAffinity, metadata, `${field}.podAffinity`);
  if (affinity?.podAntiAffinity) yield* validatePodAffinity(affinity.podAntiAffinity, metadata, `${field}.podAntiAffinity`);
}

function* validateNodeAffinity(affinity: Api<'NodeAffinity'>, field: string): Errors {
  const { requiredDuringSchedulingIgnoredDuringExecution: needed, preferredDuringSchedulingIgnoredDuringExecution: preferred = [] } =
    affinity;
  if (needed) yield* validateNodeSelector(needed, `${field}.requiredDuringSchedulingIgnoredDuringExecution`);
  for (const [i, { weight, preference }] of preferred.entries()) {
    const path = `${field}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
    yield* validateWeight(weight, path);
    yield* validateNodeSelectorTerm(preference, `${path}.preference`, false);
  }
}

function* validatePodAffinity(affinity: Api<'PodAffinity'> | Api<'PodAntiAffinity'>, metadata: ObjectMeta, field: string): Errors {
  const { requiredDuringSchedulingIgnoredDuringExecution: needed = [], preferredDuringSchedulingIgnoredDuringExecution: preferred = [] } =
    affinity;
  for (const [i, term] of needed.entries()) {
    yield* validatePodAffinityTerm(term, metadata, `${field}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`);
  }
  for (const [i, { weight, podAffinityTerm }] of preferred.entries()) {
    const path = `${field}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
    yield* validateWeight(weight, path);
    yield* validatePodAffinityTerm(podAffinityTerm, metadata, `${path}.podAffinityTerm`);
  }
}

function* validateWeight(weight: number, path: string): Errors {
  if (weight <= 0 || weight > 100) yield invalid(`${path}.weight`, weight, 'must be in the range 1-100');
}

function* validatePodAffinityTerm(term: Api<'PodAffinityTerm'>, metadata: ObjectMeta, field: string): Errors {
  yield* validateLabelSelector(term.labelSelector, `${field}.labelSelector`);
  yield* validateLabelSelector(term.namespaceSelector, `${field}.namespaceSelector`);
  for (const namespace of term.namespaces ?? []) yield* invalidBecause(`${field}.namespace`, namespace, dnsLabel(namespace));
  yield* validateMatchLabelKeys(term, metadata, field);
  if (term.topologyKey === '') yield required(`${field}.topologyKey`, 'can not be empty');
  yield* validateLabelKey(term.topologyKey, `${field}.topologyKey`);
}
