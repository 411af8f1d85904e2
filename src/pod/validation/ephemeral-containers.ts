import { validateContainer } from './container.ts';
import type { SpecContext } from './context.ts';
import { duplicate, type Errors, forbidden, notFound } from './field-error.ts';
import { invalid } from './field-error.ts';

const forbiddenFields = [
  'ports',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
] as const;

/** `spec.ephemeralContainers`: for debugging only, so that what a service needs is not allowed. */
export function* validateEphemeralContainers(context: SpecContext, field: string): Errors {
  const { containers, initContainers = [], ephemeralContainers = [] } = context.spec;
  const targets = new Set([...containers, ...initContainers].map(({ name }) => name));
  const names = new Set(targets);
  for (const [i, container] of ephemeralContainers.entries()) {
    const path = `${field}[${i}]`;
    const { image = '', targetContainerName } = container;
    yield* validateContainer(container, context, path);
    if (image !== image.trim()) yield invalid(`${path}.image`, image, 'must not have leading or trailing whitespace');
    if (names.has(container.name)) yield duplicate(`${path}.name`, container.name);
    names.add(container.name);
    if (targetContainerName && !targets.has(targetContainerName)) yield notFound(`${path}.targetContainerName`, targetContainerName);
    for (const name of forbiddenFields) {
      if (isSet(container[name])) yield forbidden(`${path}.${name}`, 'cannot be set for an Ephemeral Container');
    }
    for (const [j, mount] of (container.volumeMounts ?? []).entries()) {
      for (const name of ['subPath', 'subPathExpr'] as const) {
        if (mount[name]) yield forbidden(`${path}.volumeMounts[${j}].${name}`, 'cannot be set for an Ephemeral Container');
      }
    }
  }
}

/** `resources: {}` is as good as none. */
function isSet(value: unknown): boolean {
  return value !== undefined && (Array.isArray(value) || typeof value !== 'object' || Object.keys(value ?? {}).length > 0);
}
