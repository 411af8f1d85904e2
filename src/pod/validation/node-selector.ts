import type { Api } from '../types.ts';
import { type Errors, forbidden, invalid, invalidBecause, Json, required } from './field-error.ts';
import { dnsSubdomain, labelValueFormat } from './formats.ts';
import { validateLabelKey } from './selectors.ts';

/** The terms by which nodes are chosen: at least one. */
export function* validateNodeSelector({ nodeSelectorTerms }: Api<'NodeSelector'>, field: string): Errors {
  if (nodeSelectorTerms.length === 0) yield required(`${field}.nodeSelectorTerms`, 'must have at least one node selector term');
  for (const [i, term] of nodeSelectorTerms.entries()) yield* validateNodeSelectorTerm(term, `${field}.nodeSelectorTerms[${i}]`, true);
}

/** One term; values of preferences need not have the format of labels. */
export function* validateNodeSelectorTerm(term: Api<'NodeSelectorTerm'>, field: string, checksValues: boolean): Errors {
  for (const [i, requirement] of (term.matchExpressions ?? []).entries()) {
    yield* validateExpression(requirement, `${field}.matchExpressions[${i}]`, checksValues);
  }
  for (const [i, requirement] of (term.matchFields ?? []).entries()) yield* validateField(requirement, `${field}.matchFields[${i}]`);
}

function* validateExpression({ key, operator, values = [] }: Api<'NodeSelectorRequirement'>, field: string, checksValues: boolean): Errors {
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) yield required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'");
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0) yield forbidden(`${field}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1) yield required(`${field}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'");
  } else {
    yield invalid(`${field}.operator`, new Json(operator), 'not a valid selector operator');
  }
  yield* validateLabelKey(key, `${field}.key`);
  if (!checksValues) return;
  for (const [i, value] of values.entries()) yield* invalidBecause(`${field}.values[${i}]`, value, labelValueFormat(value));
}

/** The only field of a node that can be asked for is its name. */
function* validateField({ key, operator, values = [] }: Api<'NodeSelectorRequirement'>, field: string): Errors {
  if (operator !== 'In' && operator !== 'NotIn') yield invalid(`${field}.operator`, new Json(operator), 'not a valid selector operator');
  else if (values.length !== 1) {
    yield required(`${field}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
  }
  if (key !== 'metadata.name') yield invalid(`${field}.key`, key, 'not a valid field selector key');
  else for (const [i, value] of values.entries()) yield* invalidBecause(`${field}.values[${i}]`, value, dnsSubdomain(value));
}
