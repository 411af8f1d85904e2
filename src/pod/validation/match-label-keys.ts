import { lookup } from '../records.ts';
import type { Api, ObjectMeta } from '../types.ts';
import { type Errors, forbidden, invalid } from './field-error.ts';
import { validateLabelKey } from './selectors.ts';

/** `matchLabelKeys` and `mismatchLabelKeys`: labels of the Pod itself that its selector takes over. */
interface LabelKeys {
  readonly labelSelector?: Api<'LabelSelector'>;
  readonly matchLabelKeys?: readonly string[];
  readonly mismatchLabelKeys?: readonly string[];
}

export function* validateMatchLabelKeys(keys: LabelKeys, metadata: ObjectMeta, field: string): Errors {
  const { labelSelector, matchLabelKeys = [], mismatchLabelKeys = [] } = keys;
  yield* validateKeys(matchLabelKeys, labelSelector, `${field}.matchLabelKeys`);
  yield* validateKeys(mismatchLabelKeys, labelSelector, `${field}.mismatchLabelKeys`);
  if (labelSelector) {
    const selected = new Set(Object.keys(labelSelector.matchLabels ?? {}));
    for (const { key } of [...(labelSelector.matchExpressions ?? []), ...takenOver(keys, metadata)]) {
      const index = matchLabelKeys.lastIndexOf(key);
      if (index >= 0 && selected.has(key)) yield invalid(`${field}[${index}]`, key, 'exists in both matchLabelKeys and labelSelector');
      selected.add(key);
    }
  }
  for (const [i, key] of matchLabelKeys.entries()) {
    if (mismatchLabelKeys.includes(key)) {
      yield invalid(`${field}.matchLabelKeys[${i}]`, key, 'exists in both matchLabelKeys and mismatchLabelKeys');
    }
  }
}

function* validateKeys(keys: readonly string[], selector: Api<'LabelSelector'> | undefined, field: string): Errors {
  if (keys.length === 0) return;
  if (!selector) {
    yield forbidden(field, 'must not be specified when labelSelector is not set');
    return;
  }
  for (const [i, key] of keys.entries()) yield* validateLabelKey(key, `${field}[${i}]`);
}

/** Before it validates, the API server adds an expression to the selector for each such label that the Pod has. */
function takenOver({ matchLabelKeys = [], mismatchLabelKeys = [] }: LabelKeys, { labels }: ObjectMeta): { key: string }[] {
  return [...matchLabelKeys, ...mismatchLabelKeys].filter((key) => lookup(labels, key) !== undefined).map((key) => ({ key }));
}
