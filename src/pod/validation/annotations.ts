import { conform } from '../conform.ts';
import { lookup } from '../records.ts';
import type { Api, Pod } from '../types.ts';
import { allContainers, prefixedAnnotations } from './context.ts';
import { type Errors, forbidden, invalid } from './field-error.ts';
import { validateDescendingPath } from './paths.ts';
import { validateTolerations } from './tolerations.ts';

const field = 'metadata.annotations';
const tolerationsKey = 'scheduler.alpha.kubernetes.io/tolerations';
const deletionCostKey = 'controller.kubernetes.io/pod-deletion-cost';
export const mirrorKey = 'kubernetes.io/config.mirror';
export const seccompPodKey = 'seccomp.security.alpha.kubernetes.io/pod';
export const seccompContainerPrefix = 'container.seccomp.security.alpha.kubernetes.io/';
const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';

/** Annotations that mean something to Kubernetes. */
export function* validatePodAnnotations({ metadata: { annotations }, spec }: Pod): Errors {
  const mirror = annotations?.[mirrorKey];
  if (mirror !== undefined && !spec.nodeName) {
    yield invalid(`${field}[${mirrorKey}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set');
  }
  if (annotations?.[tolerationsKey]) yield* validateTolerationsAnnotation(annotations[tolerationsKey]);
  const cost = annotations?.[deletionCostKey];
  if (cost !== undefined && !isInt32(cost)) yield invalid(`${field}[${deletionCostKey}]`, cost, 'must be a 32bit integer');
  const seccomp = annotations?.[seccompPodKey];
  if (seccomp !== undefined) yield* validateSeccompText(seccomp, `${field}.${seccompPodKey}`);
  for (const { key, value } of prefixedAnnotations(annotations, seccompContainerPrefix))
    yield* validateSeccompText(value, `${field}.${key}`);
  const names = new Set([...allContainers(spec)].map(([{ name }]) => name));
  for (const { key, rest, value } of prefixedAnnotations(annotations, appArmorPrefix)) {
    if (!names.has(rest)) yield invalid(`${field}[${key}]`, rest, 'container not found');
    const isKnown = ['', 'runtime/default', 'unconfined'].includes(value) || value.startsWith('localhost/');
    if (!isKnown) yield invalid(`${field}[${key}]`, value, `invalid AppArmor profile name: ${JSON.stringify(value)}`);
  }
}

/** Seccomp and AppArmor may be given by annotation and by field; both together must say the same. */
export function* validateAnnotationsMatchFields({ metadata: { annotations }, spec }: Pod): Errors {
  const { seccompProfile, appArmorProfile } = spec.securityContext;
  if (seccompProfile) yield* validateSeccompMatch(annotations?.[seccompPodKey], seccompProfile, 'spec.securityContext.seccompProfile');
  for (const [{ name, securityContext }, path] of allContainers(spec)) {
    const profile = securityContext?.seccompProfile;
    const annotation = lookup(annotations, seccompContainerPrefix + name);
    if (profile) yield* validateSeccompMatch(annotation, profile, `${path}.securityContext.seccompProfile`);
  }
  if (spec.os?.name === 'windows') return;
  for (const [{ name, securityContext }, path] of allContainers(spec)) {
    const profile = securityContext?.appArmorProfile ?? appArmorProfile;
    const annotation = lookup(annotations, appArmorPrefix + name);
    if (profile) yield* validateProfileMatch('apparmor', annotation, profile, `${path}.securityContext.appArmorProfile`);
  }
}

function validateSeccompMatch(annotation: string | undefined, profile: Api<'SeccompProfile'>, path: string): Errors {
  return validateProfileMatch('seccomp', annotation === 'docker/default' ? 'runtime/default' : annotation, profile, path);
}

function* validateProfileMatch(
  kind: string,
  annotation: string | undefined,
  { type, localhostProfile }: Api<'SeccompProfile'> | Api<'AppArmorProfile'>,
  path: string,
): Errors {
  if (annotation === undefined) return;
  const expected = { Unconfined: 'unconfined', RuntimeDefault: 'runtime/default' }[type];
  const isOtherType = type === 'Localhost' ? !annotation.startsWith('localhost/') : expected !== undefined && annotation !== expected;
  if (isOtherType) yield forbidden(`${path}.type`, `${kind} type in annotation and field must match`);
  else if (type === 'Localhost' && annotation !== `localhost/${localhostProfile ?? ''}`) {
    yield forbidden(`${path}.localhostProfile`, `${kind} profile in annotation and field must match`);
  }
}

function* validateSeccompText(profile: string, path: string): Errors {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(profile)) return;
  if (profile.startsWith('localhost/')) yield* validateDescendingPath(profile.slice('localhost/'.length), path);
  else yield invalid(path, profile, 'must be a valid seccomp profile');
}

function* validateTolerationsAnnotation(text: string): Errors {
  let tolerations: unknown;
  try {
    tolerations = JSON.parse(text);
  } catch (cause) {
    yield invalid(field, tolerationsKey, (cause as Error).message);
    return;
  }
  if (!Array.isArray(tolerations)) return;
  yield* validateTolerations(
    tolerations.map((toleration) => conform('Toleration', toleration)),
    `${field}.${tolerationsKey}`,
  );
}

function isInt32(text: string): boolean {
  return /^(-[0-9]+|0|[1-9][0-9]*)$/.test(text) && Number(text) >= -(2 ** 31) && Number(text) < 2 ** 31;
}
