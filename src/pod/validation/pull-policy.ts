import { type Errors, notSupported, required } from './field-error.ts';

/** When the image of a container or a volume is pulled. */
export function* validatePullPolicy(policy: string, field: string): Errors {
  const supported = ['Always', 'IfNotPresent', 'Never'];
  if (policy === '') yield required(field);
  else if (!supported.includes(policy)) yield notSupported(field, policy, supported);
}
