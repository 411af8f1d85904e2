import type { PodSpec } from '../types.ts';
import { allContainers } from './context.ts';
import { type Errors, forbidden, notSupported, required } from './field-error.ts';

/** Once `spec.os` says the system, what only the other one has is refused. */
export function* validateOperatingSystem(spec: PodSpec, field: string): Errors {
  if (!spec.os) return;
  const { name } = spec.os;
  if (name === '') yield required(`${field}.os.name`);
  else if (name === 'linux') yield* validateLinux(spec, field);
  else if (name === 'windows') yield* validateWindows(spec, field);
  else yield notSupported(`${field}.os`, name, ['linux', 'windows']);
}

function* validateLinux(spec: PodSpec, field: string): Errors {
  const detail = 'windows options cannot be set for a linux pod';
  if (spec.securityContext.windowsOptions) yield forbidden(`${field}.securityContext.windowsOptions`, detail);
  for (const [{ securityContext }, path] of allContainers(spec)) {
    if (securityContext?.windowsOptions) yield forbidden(`${path}.securityContext.windowsOptions`, detail);
  }
}

const containerFields = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

function* validateWindows(spec: PodSpec, field: string): Errors {
  const { securityContext: context } = spec;
  const inContext = `${field}.securityContext`;
  const isSet: [string, boolean][] = [
    [`${inContext}.appArmorProfile`, context.appArmorProfile !== undefined],
    [`${inContext}.seLinuxOptions`, context.seLinuxOptions !== undefined],
    [`${field}.hostUsers`, spec.hostUsers !== undefined],
    [`${field}.hostPID`, spec.hostPID === true],
    [`${field}.hostIPC`, spec.hostIPC === true],
    [`${inContext}.seccompProfile`, context.seccompProfile !== undefined],
    [`${inContext}.fsGroup`, context.fsGroup !== undefined],
    [`${inContext}.fsGroupChangePolicy`, context.fsGroupChangePolicy !== undefined],
    [`${inContext}.sysctls`, (context.sysctls ?? []).length > 0],
    [`${field}.shareProcessNamespace`, spec.shareProcessNamespace !== undefined],
    [`${inContext}.runAsUser`, context.runAsUser !== undefined],
    [`${inContext}.runAsGroup`, context.runAsGroup !== undefined],
    [`${inContext}.supplementalGroups`, context.supplementalGroups !== undefined],
    [`${inContext}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy !== undefined],
    [`${inContext}.seLinuxChangePolicy`, context.seLinuxChangePolicy !== undefined],
  ];
  for (const [path, isGiven] of isSet) if (isGiven) yield forbidden(path, 'cannot be set for a windows pod');
  for (const [{ securityContext }, path] of allContainers(spec)) {
    for (const name of containerFields) {
      if (securityContext?.[name] !== undefined) yield forbidden(`${path}.securityContext.${name}`, 'cannot be set for a windows pod');
    }
  }
}
