import { sortedEntries } from '../records.ts';
import type { Api } from '../types.ts';
import { type Errors, forbidden, invalid, invalidBecause, Json, required } from './field-error.ts';
import { labelKey, labelValueFormat } from './formats.ts';

export function* validateLabels(labels: Readonly<Record<string, string>> | undefined, field: string): Errors {
  for (const [key, value] of sortedEntries(labels)) {
    yield* validateLabelKey(key, field);
    yield* invalidBecause(field, value, labelValueFormat(value));
  }
}

export function* validateLabelKey(key: string, field: string): Errors {
  yield* invalidBecause(field, key, labelKey(key));
}

export function* validateLabelSelector(selector: Api<'LabelSelector'> | undefined, field: string): Errors {
  if (!selector) return;
  yield* validateLabels(selector.matchLabels, `${field}.matchLabels`);
  for (const [i, expression] of (selector.matchExpressions ?? []).entries()) {
    yield* validateRequirement(expression, `${field}.matchExpressions[${i}]`);
  }
}

function* validateRequirement({ key, operator, values = [] }: Api<'LabelSelectorRequirement'>, field: string): Errors {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) yield required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) yield forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else {
    yield invalid(`${field}.operator`, new Json(operator), 'not a valid selector operator');
  }
  yield* validateLabelKey(key, `${field}.key`);
  for (const [i, value] of values.entries()) yield* invalidBecause(`${field}.values[${i}]`, value, labelValueFormat(value));
}
