import { withoutDisabledFields } from './disabled-fields.ts';
import { quote } from './go-quote.ts';
import { overlapWarnings } from './overlap-warnings.ts';
import { portWarnings } from './port-warnings.ts';
import { formatQuantity, isWhole, parseQuantity } from './quantity.ts';
import { lookup } from './records.ts';
import { podAffinityWarnings, schedulingWarnings } from './scheduling-warnings.ts';
import type { EnvVar, Pod, PodSpec, Volume } from './types.ts';
import { seccompContainerPrefix, seccompPodKey } from './validation/annotations.ts';
import { allContainers } from './validation/context.ts';
import { ipAddressWarnings } from './validation/ip-address.ts';

/**
 * What the API server of Kubernetes 1.36 warns of when a defaulted Pod is created, in its order; of
 * invalid ones too. Source: pkg/api/pod/warnings.go.
 */
export function podWarnings(pod: Pod): string[] {
  return [...warnings(withoutDisabledFields(pod))];
}

function* warnings({ metadata: { annotations }, spec }: Pod): Generator<string> {
  yield* schedulingWarnings(spec);
  yield* deprecatedAnnotationWarnings(annotations);
  yield* volumeWarnings(spec.volumes ?? []);
  yield* overlapWarnings(spec.volumes ?? []);
  yield* repeatedWarnings(
    (spec.hostAliases ?? []).map(({ ip }) => ip),
    (i) => `spec.hostAliases[${i}].ip: duplicate ip`,
  );
  const pullSecrets = (spec.imagePullSecrets ?? []).map(({ name = '' }) => name);
  yield* repeatedWarnings(pullSecrets, (i) => `spec.imagePullSecrets[${i}].name: duplicate name`);
  for (const [i, name] of pullSecrets.entries()) if (name === '') yield `spec.imagePullSecrets[${i}].name: invalid empty name ""`;
  yield* fractionWarnings(spec.overhead, 'spec.overhead', ['memory', 'ephemeral-storage']);
  if (annotations?.[seccompPodKey] !== undefined && !spec.securityContext.seccompProfile) yield seccompWarning(seccompPodKey);
  yield* containerWarnings(spec, annotations);
  yield* portWarnings(spec);
  yield* podAffinityWarnings(spec);
  for (const [i, nameserver] of (spec.dnsConfig?.nameservers ?? []).entries()) {
    yield* ipAddressWarnings(nameserver, `spec.dnsConfig.nameservers[${i}]`);
  }
  for (const [i, { ip }] of (spec.hostAliases ?? []).entries()) yield* ipAddressWarnings(ip, `spec.hostAliases[${i}].ip`);
}

const deprecatedAnnotations = {
  'scheduler.alpha.kubernetes.io/critical-pod': 'non-functional in v1.16+; use the "priorityClassName" field instead',
  'security.alpha.kubernetes.io/sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
  'security.alpha.kubernetes.io/unsafe-sysctls': 'non-functional in v1.11+; use the "sysctls" field instead',
};

function* deprecatedAnnotationWarnings(annotations: Readonly<Record<string, string>> | undefined): Generator<string> {
  for (const [key, warning] of Object.entries(deprecatedAnnotations)) {
    if (lookup(annotations, key) !== undefined) yield `metadata.annotations[${key}]: ${warning}`;
  }
}

const deprecatedVolumes = {
  photonPersistentDisk: 'deprecated in v1.11, non-functional in v1.16+',
  gitRepo: 'deprecated in v1.11, and disabled by default in v1.33+',
  scaleIO: 'deprecated in v1.16, non-functional in v1.22+',
  flocker: 'deprecated in v1.22, non-functional in v1.25+',
  storageos: 'deprecated in v1.22, non-functional in v1.25+',
  quobyte: 'deprecated in v1.22, non-functional in v1.25+',
  glusterfs: 'deprecated in v1.25, non-functional in v1.26+',
  cephfs: 'deprecated in v1.28, non-functional in v1.31+',
  rbd: 'deprecated in v1.28, non-functional in v1.31+',
};

function* volumeWarnings(volumes: readonly Volume[]): Generator<string> {
  for (const [i, volume] of volumes.entries()) {
    const path = `spec.volumes[${i}]`;
    for (const [source, warning] of Object.entries(deprecatedVolumes)) {
      if (source === 'cephfs') yield* claimWarnings(volume, path);
      if (volume[source as keyof typeof deprecatedVolumes]) yield `${path}.${source === 'storageos' ? 'storageOS' : source}: ${warning}`;
    }
  }
}

function* claimWarnings({ ephemeral }: Volume, path: string): Generator<string> {
  const resources = ephemeral?.volumeClaimTemplate?.spec.resources;
  const field = `${path}.ephemeral.volumeClaimTemplate.spec.resources`;
  yield* fractionWarnings(resources?.requests, `${field}.requests`, ['storage']);
  yield* fractionWarnings(resources?.limits, `${field}.limits`, ['storage']);
}

function* repeatedWarnings(values: readonly string[], warning: (index: number) => string): Generator<string> {
  for (const [i, value] of values.entries()) if (values.indexOf(value) < i) yield `${warning(i)} ${quote(value)}`;
}

function* containerWarnings(spec: PodSpec, annotations: Readonly<Record<string, string>> | undefined): Generator<string> {
  for (const [{ name, securityContext, resources, env }, path] of allContainers(spec)) {
    const seccompKey = seccompContainerPrefix + name;
    if (lookup(annotations, seccompKey) !== undefined && !securityContext?.seccompProfile) yield seccompWarning(seccompKey);
    for (const resource of ['memory', 'ephemeral-storage']) {
      yield* fractionWarnings(resources?.limits, `${path}.resources.limits`, [resource]);
      yield* fractionWarnings(resources?.requests, `${path}.resources.requests`, [resource]);
    }
    yield* hiddenVariableWarnings(env ?? [], path);
  }
}

function seccompWarning(key: string): string {
  return `metadata.annotations[${key}]: non-functional in v1.27+; use the "seccompProfile" field instead`;
}

/** Bytes come whole. */
function* fractionWarnings(list: Readonly<Record<string, string>> | undefined, field: string, names: readonly string[]): Generator<string> {
  for (const name of names) {
    const quantity = parseQuantity(lookup(list, name) ?? '0');
    if (!quantity || isWhole(quantity)) continue;
    yield `${field}[${name}]: fractional byte value ${quote(formatQuantity(quantity))} is invalid, must be an integer`;
  }
}

/** A variable that is set twice, unless its new value is made from the old one. */
function* hiddenVariableWarnings(variables: readonly EnvVar[], path: string): Generator<string> {
  const names = new Set<string>();
  for (const [i, { name, value = '', valueFrom }] of variables.entries()) {
    const reference = `$(${name})`;
    const isMadeFromIt = !valueFrom && value !== reference && value.includes(reference);
    if (names.has(name) && !isMadeFromIt)
      yield `${path}.env[${i}]: hides previous definition of ${quote(name)}, which may be dropped when using apply`;
    names.add(name);
  }
}
