import { lookup } from './records.ts';
import type { Api } from './types.ts';

type Labels = Readonly<Record<string, string>> | undefined;

/** Whether the selector of a Service selects an object with these labels; an empty or missing one selects nothing. */
export function matchesSelector(labels: Labels, selector: Labels): boolean {
  return Object.keys(selector ?? {}).length > 0 && hasLabels(labels, selector);
}

/** Whether a LabelSelector selects an object with these labels; an empty one selects everything, a missing one nothing. */
export function matchesLabelSelector(labels: Labels, selector: Api<'LabelSelector'> | undefined): boolean {
  if (!selector) return false;
  return hasLabels(labels, selector.matchLabels) && (selector.matchExpressions ?? []).every((expression) => meets(labels, expression));
}

function hasLabels(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => lookup(labels, key) === value);
}

function meets(labels: Labels, { key, operator, values = [] }: Api<'LabelSelectorRequirement'>): boolean {
  const value = lookup(labels, key);
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}
