import { lookup, sortedEntries } from './records.ts';
import type { Api, PodSpec } from './types.ts';
import { labelValueFormat } from './validation/formats.ts';

const deprecatedNodeLabels = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region': 'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone': 'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type': 'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
  'app.kubernetes.io/created-by': 'deprecated since v1.9',
  'scheduler.alpha.kubernetes.io/preferAvoidPods': 'deprecated since v1.22; use Taints and Tolerations instead',
  'node-role.kubernetes.io/master': 'use "node-role.kubernetes.io/control-plane" instead',
};

/** Old labels of nodes in selectors, and selectors that select nothing. */
export function* schedulingWarnings(spec: PodSpec): Generator<string> {
  for (const [key] of sortedEntries(spec.nodeSelector)) {
    const deprecated = lookup(deprecatedNodeLabels, key);
    if (deprecated) yield `spec.nodeSelector[${key}]: ${deprecated}`;
  }
  const { requiredDuringSchedulingIgnoredDuringExecution: needed, preferredDuringSchedulingIgnoredDuringExecution: preferred = [] } =
    spec.affinity?.nodeAffinity ?? {};
  const field = 'spec.affinity.nodeAffinity';
  for (const [i, term] of (needed?.nodeSelectorTerms ?? []).entries()) {
    yield* termWarnings(term, `${field}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[${i}]`, false);
  }
  for (const [i, { preference }] of preferred.entries()) {
    yield* termWarnings(preference, `${field}.preferredDuringSchedulingIgnoredDuringExecution[${i}].preference`, true);
  }
  for (const [i, { topologyKey, labelSelector }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const path = `spec.topologySpreadConstraints[${i}]`;
    const deprecated = lookup(deprecatedNodeLabels, topologyKey);
    if (deprecated) yield `${path}.topologyKey: ${topologyKey} is ${deprecated}`;
    yield* selectorWarnings(labelSelector, path);
  }
}

/** Values of preferences are checked here, since a wrong one only makes them useless. */
function* termWarnings({ matchExpressions = [] }: Api<'NodeSelectorTerm'>, field: string, checksValues: boolean): Generator<string> {
  for (const [i, { key, values = [] }] of matchExpressions.entries()) {
    const path = `${field}.matchExpressions[${i}]`;
    const deprecated = lookup(deprecatedNodeLabels, key);
    if (deprecated) yield `${path}.key: ${key} is ${deprecated}`;
    if (!checksValues) continue;
    for (const [j, value] of values.entries()) {
      for (const reason of labelValueFormat(value)) yield `${path}.values[${j}]: ${value} is invalid, ${reason}`;
    }
  }
}

/** Terms about other Pods without a selector for them. */
export function* podAffinityWarnings({ affinity }: PodSpec): Generator<string> {
  for (const kind of ['podAffinity', 'podAntiAffinity'] as const) {
    const { requiredDuringSchedulingIgnoredDuringExecution: needed = [], preferredDuringSchedulingIgnoredDuringExecution: preferred = [] } =
      affinity?.[kind] ?? {};
    const field = `spec.affinity.${kind}`;
    for (const [i, term] of needed.entries()) {
      yield* selectorWarnings(term.labelSelector, `${field}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`);
    }
    for (const [i, { podAffinityTerm }] of preferred.entries()) {
      yield* selectorWarnings(
        podAffinityTerm.labelSelector,
        `${field}.preferredDuringSchedulingIgnoredDuringExecution[${i}].podAffinityTerm`,
      );
    }
  }
}

function* selectorWarnings(selector: Api<'LabelSelector'> | undefined, path: string): Generator<string> {
  if (!selector) yield `${path}.labelSelector: a null labelSelector results in matching no pod`;
}
