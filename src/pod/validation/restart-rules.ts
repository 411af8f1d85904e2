import type { Container } from '../types.ts';
import { type Errors, notSupported, required, tooMany } from './field-error.ts';

/** A container's own restart policy and the rules for its exit codes. */
export function* validateRestartRules({ restartPolicy, restartPolicyRules: rules = [] }: Container, path: string): Errors {
  const policies = ['Always', 'Never', 'OnFailure'];
  if (restartPolicy === undefined) {
    if (rules.length === 0) return;
    yield required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used');
  } else if (!policies.includes(restartPolicy)) {
    yield notSupported(`${path}.restartPolicy`, restartPolicy, policies);
  }
  if (rules.length > 20) yield tooMany(`${path}.restartPolicyRules`, rules.length, 20);
  for (const [i, { action = '', exitCodes }] of rules.entries()) {
    const field = `${path}.restartPolicyRules[${i}]`;
    const actions = ['Restart', 'RestartAllContainers'];
    if (!actions.includes(action)) yield notSupported(`${field}.action`, action, actions);
    if (!exitCodes) {
      yield required(`${field}.exitCodes`, 'must be specified');
      continue;
    }
    const { operator = '', values = [] } = exitCodes;
    const operators = ['In', 'NotIn'];
    if (!operators.includes(operator)) yield notSupported(`${field}.exitCodes.operator`, operator, operators);
    if (values.length > 255) yield tooMany(`${field}.exitCodes.values`, values.length, 255);
  }
}
