import type { Api } from '../types.ts';
import { duplicate, type Errors, invalid, Json, notSupported, required } from './field-error.ts';

/** What a change of resources does to a running container. */
export function* validateResizePolicy(policies: readonly Api<'ContainerResizePolicy'>[], podRestartPolicy: string, field: string): Errors {
  const seen = new Set<string>();
  for (const [i, { resourceName, restartPolicy }] of policies.entries()) {
    if (seen.has(resourceName)) yield duplicate(`${field}[${i}]`, new Json(resourceName));
    seen.add(resourceName);
    yield* validateOneOf(resourceName, ['cpu', 'memory'], field);
    yield* validateOneOf(restartPolicy, ['NotRequired', 'RestartContainer'], field);
    if (podRestartPolicy === 'Never' && restartPolicy !== 'NotRequired') {
      yield invalid(field, new Json(restartPolicy), "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
    }
  }
}

function* validateOneOf(value: string, supported: readonly string[], field: string): Errors {
  if (value === '') yield required(field);
  else if (!supported.includes(value)) yield notSupported(field, value, supported);
}
