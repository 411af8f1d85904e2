import type { Container, Probe } from '../types.ts';
import type { SpecContext } from './context.ts';
import { type Errors, invalid } from './field-error.ts';
import { validateHandler } from './handlers.ts';

/** The three probes of a container. */
export function* validateProbes({ livenessProbe, readinessProbe, startupProbe }: Container, context: SpecContext, path: string): Errors {
  if (livenessProbe) yield* validateRestartingProbe(livenessProbe, context, `${path}.livenessProbe`);
  if (readinessProbe) {
    const { terminationGracePeriodSeconds: grace } = readinessProbe;
    const field = `${path}.readinessProbe`;
    yield* validateProbe(readinessProbe, context, field);
    if (grace !== undefined) yield invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must not be set for readinessProbes');
  }
  if (startupProbe) yield* validateRestartingProbe(startupProbe, context, `${path}.startupProbe`);
}

/** One success must be enough where a failure ends the container. */
function* validateRestartingProbe(probe: Probe, context: SpecContext, field: string): Errors {
  yield* validateProbe(probe, context, field);
  if (probe.successThreshold !== 1) yield invalid(`${field}.successThreshold`, probe.successThreshold, 'must be 1');
}

function* validateProbe(probe: Probe, context: SpecContext, field: string): Errors {
  yield* validateHandler(probe, context, field);
  for (const name of ['initialDelaySeconds', 'timeoutSeconds', 'periodSeconds', 'successThreshold', 'failureThreshold'] as const) {
    const value = probe[name] ?? 0;
    if (value < 0) yield invalid(`${field}.${name}`, value, 'must be greater than or equal to 0');
  }
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) yield invalid(`${field}.terminationGracePeriodSeconds`, grace, 'must be greater than 0');
}
