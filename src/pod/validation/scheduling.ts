import type { Api } from '../types.ts';
import { duplicate, type Errors, invalidBecause } from './field-error.ts';
import { labelKey } from './formats.ts';

/** `spec.readinessGates`: further conditions that the Pod must meet to be ready. */
export function* validateReadinessGates(gates: readonly Api<'PodReadinessGate'>[], field: string): Errors {
  for (const [i, { conditionType }] of gates.entries())
    yield* invalidBecause(`${field}[${i}].conditionType`, conditionType, labelKey(conditionType));
}

/** `spec.schedulingGates`: what must be cleared before the Pod may be scheduled. */
export function* validateSchedulingGates(gates: readonly Api<'PodSchedulingGate'>[], field: string): Errors {
  const seen = new Set<string>();
  for (const [i, { name }] of gates.entries()) {
    yield* invalidBecause(`${field}[${i}]`, name, labelKey(name));
    if (seen.has(name)) yield duplicate(`${field}[${i}]`, name);
    seen.add(name);
  }
}
