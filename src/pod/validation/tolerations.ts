import type { Api } from '../types.ts';
import { type Errors, invalid, Json, notSupported } from './field-error.ts';
import { labelValueFormat } from './formats.ts';
import { validateLabelKey } from './selectors.ts';

/** `spec.tolerations`: the taints of nodes that the Pod bears. */
export function* validateTolerations(tolerations: readonly Api<'Toleration'>[], field: string): Errors {
  for (const [i, { key, operator = '', value = '', effect = '', tolerationSeconds }] of tolerations.entries()) {
    const path = `${field}[${i}]`;
    if (key) yield* validateLabelKey(key, `${path}.key`);
    else if (operator !== 'Exists') {
      const detail = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      yield invalid(`${path}.operator`, new Json(operator), detail);
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      yield invalid(`${path}.effect`, new Json(effect), "effect must be 'NoExecute' when `tolerationSeconds` is set");
    }
    yield* validateOperator(operator, value, `${path}.operator`);
    const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
    if (effect !== '' && !effects.includes(effect)) yield notSupported(`${path}.effect`, effect, effects);
  }
}

function* validateOperator(operator: string, value: string, field: string): Errors {
  if (operator === 'Equal' || operator === '') {
    const reasons = [...labelValueFormat(value)];
    if (reasons.length > 0) yield invalid(field, value, reasons.join(';'));
  } else if (operator === 'Exists') {
    if (value !== '') yield invalid(field, value, "value must be empty when `operator` is 'Exists'");
  } else if (operator === 'Lt' || operator === 'Gt') {
    // The gate for comparisons is off in 1.36; the API server names them all the same.
    yield notSupported(field, operator, ['Equal', 'Exists', 'Lt', 'Gt']);
  } else {
    yield notSupported(field, operator, ['Equal', 'Exists']);
  }
}
