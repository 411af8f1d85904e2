import { type AnyContainer, type SpecContext } from './context.ts';
import { validateEnv, validateEnvFrom } from './env.ts';
import { type Errors, invalidBecause, notSupported, required } from './field-error.ts';
import { dnsLabel } from './formats.ts';
import { validateVolumeDevices, validateVolumeMounts } from './mounts.ts';
import { validatePorts } from './ports.ts';
import { validatePullPolicy } from './pull-policy.ts';
import { validateResizePolicy } from './resize-policy.ts';
import { validateContainerResources } from './resources.ts';
import { validateSecurityContext } from './security-context.ts';

/** What holds for containers of every kind. */
export function* validateContainer(container: AnyContainer, context: SpecContext, path: string): Errors {
  if (container.name === '') yield required(`${path}.name`);
  else yield* invalidBecause(`${path}.name`, container.name, dnsLabel(container.name));
  if (!container.image) yield required(`${path}.image`);
  yield* validateTerminationMessagePolicy(container.terminationMessagePolicy ?? '', `${path}.terminationMessagePolicy`);
  yield* validatePorts(container.ports ?? [], `${path}.ports`);
  yield* validateEnv(container.env ?? [], `${path}.env`);
  yield* validateEnvFrom(container.envFrom ?? [], `${path}.envFrom`);
  yield* validateVolumeMounts(container, context, `${path}.volumeMounts`);
  yield* validateVolumeDevices(container, context, `${path}.volumeDevices`);
  yield* validatePullPolicy(container.imagePullPolicy ?? '', `${path}.imagePullPolicy`);
  yield* validateContainerResources(container.resources ?? {}, context, `${path}.resources`);
  yield* validateResizePolicy(container.resizePolicy ?? [], context.spec.restartPolicy, `${path}.resizePolicy`);
  yield* validateSecurityContext(container.securityContext, context.spec.hostUsers ?? true, `${path}.securityContext`);
}

function* validateTerminationMessagePolicy(policy: string, field: string): Errors {
  const supported = ['File', 'FallbackToLogsOnError'];
  if (!supported.includes(policy)) yield notSupported(field, policy, supported);
}
