import type { PodSpec } from '../types.ts';
import { duplicate, type Errors, invalid, invalidBecause, notSupported, required } from './field-error.ts';
import { userId } from './formats.ts';
import { validateAppArmorProfile, validateSeccompProfile } from './security-profiles.ts';
import { validateWindowsOptions } from './windows.ts';

/** `spec.securityContext`, and what of the host's namespaces does not go with it. */
export function* validatePodSecurityContext(spec: PodSpec, field: string): Errors {
  const { securityContext: context, hostPID, shareProcessNamespace } = spec;
  for (const name of ['fsGroup', 'runAsUser', 'runAsGroup'] as const) {
    const id = context[name];
    if (id !== undefined) yield* invalidBecause(`${field}.${name}`, id, userId(id));
  }
  for (const [i, group] of (context.supplementalGroups ?? []).entries()) {
    yield* invalidBecause(`${field}.supplementalGroups[${i}]`, group, userId(group));
  }
  if (hostPID && shareProcessNamespace) {
    yield invalid(`${field}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled');
  }
  yield* validateSysctls(spec, `${field}.sysctls`);
  yield* validateOneOf(context.fsGroupChangePolicy, ['Always', 'OnRootMismatch'], `${field}.fsGroupChangePolicy`);
  yield* validateSeccompProfile(context.seccompProfile, `${field}.seccompProfile`);
  yield* validateWindowsOptions(context.windowsOptions, `${field}.windowsOptions`);
  yield* validateAppArmorProfile(context.appArmorProfile, `${field}.appArmorProfile`);
  yield* validateOneOf(context.supplementalGroupsPolicy, ['Merge', 'Strict'], `${field}.supplementalGroupsPolicy`);
  // "MountOption" needs the gate SELinuxMount, which is off in 1.36.
  yield* validateOneOf(context.seLinuxChangePolicy, ['Recursive'], `${field}.seLinuxChangePolicy`);
}

function* validateOneOf(value: string | undefined, supported: readonly string[], field: string): Errors {
  if (value !== undefined && !supported.includes(value)) yield notSupported(field, value, supported);
}

const segment = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctlName = `^(${segment}[\\./])*${segment}$`;

function* validateSysctls({ securityContext, hostNetwork, hostIPC }: PodSpec, field: string): Errors {
  const names = new Set<string>();
  for (const [i, { name }] of (securityContext.sysctls ?? []).entries()) {
    const path = `${field}[${i}].name`;
    if (name === '') yield required(path);
    else if (name.length > 253 || !new RegExp(sysctlName).test(name)) {
      yield invalid(path, name, `must have at most 253 characters and match regex ${sysctlName}`);
    } else if (names.has(name)) yield duplicate(path, name);
    const namespace = sysctlNamespace(name);
    if (hostNetwork && namespace === 'net') yield invalid(path, name, "may not be specified when 'hostNetwork' is true");
    else if (hostIPC && namespace === 'ipc') yield invalid(path, name, "may not be specified when 'hostIPC' is true");
    names.add(name);
  }
}

const ipcSysctls = ['sem', 'shmall', 'shmmax', 'shmmni', 'shm_rmid_forced', 'shm', 'msgmax', 'msgmnb', 'msgmni', 'msg'];

/** The kernel namespace that a sysctl belongs to; its elements may be divided by slashes, then dots are part of them. */
function sysctlNamespace(name: string): 'net' | 'ipc' | undefined {
  const divider = /[./]/.exec(name)?.[0];
  const swapped = divider === '/' ? name.replace(/[./]/g, (char) => (char === '.' ? '/' : '.')) : name;
  const [plain = ''] = swapped.split('*');
  if (plain.startsWith('net.')) return 'net';
  return plain.startsWith('fs.mqueue.') || ipcSysctls.includes(plain.replace(/^kernel\./, '')) ? 'ipc' : undefined;
}
