import { validateContainer } from './container.ts';
import type { SpecContext } from './context.ts';
import { duplicate, type Errors, required } from './field-error.ts';
import { validateLifecycle } from './handlers.ts';
import { validateUniqueHostPorts } from './ports.ts';
import { validateProbes } from './probes.ts';
import { validateRestartRules } from './restart-rules.ts';

/** `spec.containers`: at least one, names unique, ports of the host not taken twice. */
export function* validateContainers(context: SpecContext, field: string): Errors {
  const { containers } = context.spec;
  if (containers.length === 0) {
    yield required(field);
    return;
  }
  const names = new Set<string>();
  for (const [i, container] of containers.entries()) {
    const path = `${field}[${i}]`;
    yield* validateContainer(container, context, path);
    if (names.has(container.name)) yield duplicate(`${path}.name`, container.name);
    names.add(container.name);
    if (container.lifecycle) yield* validateLifecycle(container.lifecycle, context, `${path}.lifecycle`);
    yield* validateProbes(container, context, path);
    yield* validateRestartRules(container, path);
  }
  yield* validateUniqueHostPorts(containers, field);
}
