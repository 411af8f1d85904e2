import type { Api, EnvFromSource, EnvVar, PodSpec } from '../types.ts';
import { allContainers } from './context.ts';
import { type Errors, invalid, invalidBecause, notFound, required } from './field-error.ts';
import { validateFieldRef, validateResourceFieldRef } from './field-refs.ts';
import { configMapKey, dnsLabel, dnsSubdomain, environmentName } from './formats.ts';
import { validateNoBacksteps } from './paths.ts';

const envFieldPaths = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** `env` of a container. */
export function* validateEnv(variables: readonly EnvVar[], field: string): Errors {
  for (const [i, variable] of variables.entries()) {
    const path = `${field}[${i}]`;
    if (variable.name === '') yield required(`${path}.name`);
    else yield* invalidBecause(`${path}.name`, variable.name, environmentName(variable.name));
    if (variable.valueFrom) yield* validateValueFrom(variable.valueFrom, variable.value, `${path}.valueFrom`);
  }
}

function* validateValueFrom(source: Api<'EnvVarSource'>, value: string | undefined, field: string): Errors {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) yield* validateFieldRef(fieldRef, envFieldPaths, `${field}.fieldRef`);
  if (resourceFieldRef) yield* validateResourceFieldRef(resourceFieldRef, `${field}.resourceFieldRef`);
  if (configMapKeyRef) yield* validateKeyRef(configMapKeyRef, `${field}.configMapKeyRef`);
  if (secretKeyRef) yield* validateKeyRef(secretKeyRef, `${field}.secretKeyRef`);
  if (fileKeyRef) yield* validateFileKeyRef(fileKeyRef, `${field}.fileKeyRef`);
  const count = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(Boolean).length;
  if (count === 0) {
    yield invalid(field, '', 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`');
  } else if (value) {
    yield invalid(field, '', 'may not be specified when `value` is not empty');
  } else if (count > 1) {
    yield invalid(field, '', 'may not have more than one field specified at a time');
  }
}

function* validateKeyRef({ name = '', key }: Api<'ConfigMapKeySelector'> | Api<'SecretKeySelector'>, field: string): Errors {
  yield* invalidBecause(`${field}.name`, name, dnsSubdomain(name));
  if (key === '') yield required(`${field}.key`);
  else yield* invalidBecause(`${field}.key`, key, configMapKey(key));
}

function* validateFileKeyRef({ key, volumeName, path }: Api<'FileKeySelector'>, field: string): Errors {
  if (key === '') yield required(`${field}.key`);
  else yield* invalidBecause(`${field}.key`, key, environmentName(key));
  if (volumeName === '') yield required(`${field}.volumeName`);
  else yield* invalidBecause(`${field}.volumeName`, volumeName, dnsLabel(volumeName));
  if (path === '') yield required(`${field}.path`);
  else yield* validateNoBacksteps(path, `${field}.path`);
}

/** `envFrom` of a container. */
export function* validateEnvFrom(sources: readonly EnvFromSource[], field: string): Errors {
  for (const [i, { prefix, configMapRef, secretRef }] of sources.entries()) {
    const path = `${field}[${i}]`;
    if (prefix) yield* invalidBecause(`${path}.prefix`, prefix, environmentName(prefix));
    if (configMapRef) yield* validateReference(configMapRef.name, `${path}.configMapRef.name`);
    if (secretRef) yield* validateReference(secretRef.name, `${path}.secretRef.name`);
    if (!configMapRef && !secretRef) yield invalid(field, '', 'must specify one of: `configMapRef` or `secretRef`');
    if (configMapRef && secretRef) yield invalid(field, '', 'may not have more than one field specified at a time');
  }
}

/** The name of an object whose name may still get an end, so that it may end with a dash. */
function* validateReference(name: string | undefined, field: string): Errors {
  if (!name) yield required(field);
  else yield* invalidBecause(field, name, dnsSubdomain(name.length > 1 && name.endsWith('-') ? `${name.slice(0, -2)}a` : name));
}

/** Variables come from files of emptyDir volumes only. */
export function* validateFileKeyVolumes(spec: PodSpec): Errors {
  const volumes = new Map((spec.volumes ?? []).map((volume) => [volume.name, volume]));
  for (const [{ env = [] }, path] of allContainers(spec)) {
    for (const [i, { valueFrom }] of env.entries()) {
      if (!valueFrom?.fileKeyRef) continue;
      const { volumeName } = valueFrom.fileKeyRef;
      const field = `${path}.env[${i}].valueFrom.fileKeyRef.volumeName`;
      const volume = volumes.get(volumeName);
      if (!volume) yield notFound(field, volumeName);
      else if (!volume.emptyDir) yield invalid(field, volumeName, 'referenced volume must be of type emptyDir');
    }
  }
}
