import type { Api, ObjectMeta } from '../types.ts';
import { duplicate, type Errors, invalid, Json, notSupported, required } from './field-error.ts';
import { validateMatchLabelKeys } from './match-label-keys.ts';
import { validateLabelSelector } from './selectors.ts';

type Constraint = Api<'TopologySpreadConstraint'>;

/** `spec.topologySpreadConstraints`: how evenly Pods are spread over zones or nodes. */
export function* validateTopologySpread(constraints: readonly Constraint[], metadata: ObjectMeta, field: string): Errors {
  for (const [i, constraint] of constraints.entries()) {
    const path = `${field}[${i}]`;
    const { maxSkew, topologyKey, whenUnsatisfiable, labelSelector } = constraint;
    if (maxSkew <= 0) yield invalid(`${path}.maxSkew`, maxSkew, 'must be greater than zero');
    if (topologyKey === '') yield required(`${path}.topologyKey`, 'can not be empty');
    yield* validateOneOf(whenUnsatisfiable, ['DoNotSchedule', 'ScheduleAnyway'], `${path}.whenUnsatisfiable`);
    const isRepeated = constraints
      .slice(i + 1)
      .some((other) => other.topologyKey === topologyKey && other.whenUnsatisfiable === whenUnsatisfiable);
    if (isRepeated) yield duplicate(`${path}.{topologyKey, whenUnsatisfiable}`, `{${topologyKey}, ${whenUnsatisfiable}}`);
    yield* validateMinDomains(constraint, `${path}.minDomains`);
    yield* validateOneOf(constraint.nodeAffinityPolicy, ['Honor', 'Ignore'], `${path}.nodeAffinityPolicy`);
    yield* validateOneOf(constraint.nodeTaintsPolicy, ['Honor', 'Ignore'], `${path}.nodeTaintsPolicy`);
    yield* validateMatchLabelKeys(constraint, metadata, path);
    yield* validateLabelSelector(labelSelector, `${path}.labelSelector`);
  }
}

function* validateMinDomains({ minDomains, whenUnsatisfiable }: Constraint, field: string): Errors {
  if (minDomains === undefined) return;
  if (minDomains <= 0) yield invalid(field, minDomains, 'must be greater than zero');
  if (whenUnsatisfiable !== 'DoNotSchedule') {
    const detail = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${whenUnsatisfiable}`;
    yield invalid(field, new Json(minDomains), detail);
  }
}

function* validateOneOf(value: string | undefined, supported: readonly string[], field: string): Errors {
  if (value !== undefined && !supported.includes(value)) yield notSupported(field, value, supported);
}
