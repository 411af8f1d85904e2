import type { Container } from '../types.ts';
import { validateContainer } from './container.ts';
import type { SpecContext } from './context.ts';
import { duplicate, type Errors, forbidden, invalid, Json, required } from './field-error.ts';
import { validateLifecycle } from './handlers.ts';
import { validateUniqueHostPorts } from './ports.ts';
import { validateProbes } from './probes.ts';
import { validateRestartRules } from './restart-rules.ts';

/** `spec.initContainers`: one with `restartPolicy: Always` is a sidecar and may have all that a regular container has. */
export function* validateInitContainers(context: SpecContext, field: string): Errors {
  const names = new Set(context.spec.containers.map(({ name }) => name));
  for (const [i, container] of (context.spec.initContainers ?? []).entries()) {
    const path = `${field}[${i}]`;
    yield* validateContainer(container, context, path);
    if (container.restartPolicy !== undefined) yield* validateRestartRules(container, path);
    else if ((container.restartPolicyRules ?? []).length > 0) {
      yield required(`${path}.restartPolicy`, 'must specify restartPolicy when restart rules are used');
    }
    if (names.has(container.name)) yield duplicate(`${path}.name`, container.name);
    else if (container.name !== '') names.add(container.name);
    // One at a time: init containers do not run together. The API reports the place within the list of one.
    yield* validateUniqueHostPorts([container], field);
    if (container.restartPolicy === 'Always') yield* validateSidecar(container, context, path);
    else yield* validateNoSidecar(container, path);
  }
}

function* validateSidecar(container: Container, context: SpecContext, path: string): Errors {
  if (container.lifecycle) yield* validateLifecycle(container.lifecycle, context, `${path}.lifecycle`);
  yield* validateProbes(container, context, path);
}

function* validateNoSidecar(container: Container, path: string): Errors {
  for (const name of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    if (container[name]) yield forbidden(`${path}.${name}`, 'may not be set for init containers without restartPolicy=Always');
  }
  for (const [i, { restartPolicy }] of (container.resizePolicy ?? []).entries()) {
    if (restartPolicy !== 'RestartContainer') continue;
    const detail = "must not be set to 'RestartContainer' for non-sidecar initContainers";
    yield invalid(`${path}.resizePolicy[${i}].restartPolicy`, new Json(restartPolicy), detail);
  }
}
