import type { SecurityContext } from '../types.ts';
import { type Errors, invalid, invalidBecause, Json, notSupported } from './field-error.ts';
import { userId } from './formats.ts';
import { validateAppArmorProfile, validateSeccompProfile } from './security-profiles.ts';
import { validateWindowsOptions } from './windows.ts';

/** `securityContext` of a container. Privileged ones are allowed, as clusters are set up. */
export function* validateSecurityContext(context: SecurityContext | undefined, hostUsers: boolean, field: string): Errors {
  if (!context) return;
  const { runAsUser, runAsGroup, procMount, allowPrivilegeEscalation, privileged, capabilities } = context;
  if (runAsUser !== undefined) yield* invalidBecause(`${field}.runAsUser`, runAsUser, userId(runAsUser));
  if (runAsGroup !== undefined) yield* invalidBecause(`${field}.runAsGroup`, runAsGroup, userId(runAsGroup));
  if (procMount !== undefined) yield* validateProcMount(procMount, hostUsers, `${field}.procMount`);
  yield* validateSeccompProfile(context.seccompProfile, `${field}.seccompProfile`);
  if (allowPrivilegeEscalation === false) {
    if (privileged) yield invalid(field, shown(context), 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true');
    for (const capability of capabilities?.add ?? []) {
      if (capability !== 'CAP_SYS_ADMIN') continue;
      yield invalid(field, shown(context), 'cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN');
    }
  }
  yield* validateWindowsOptions(context.windowsOptions, `${field}.windowsOptions`);
  yield* validateAppArmorProfile(context.appArmorProfile, `${field}.appArmorProfile`);
}

function* validateProcMount(procMount: string, hostUsers: boolean, field: string): Errors {
  const supported = ['Default', 'Unmasked'];
  if (!supported.includes(procMount)) yield notSupported(field, procMount, supported);
  if (hostUsers && procMount === 'Unmasked') yield invalid(field, new Json(procMount), '`hostUsers` must be false to use `Unmasked`');
}

/** The API server shows its internal type here, whose names begin with capitals and which has every field. */
function shown({ capabilities, seLinuxOptions, windowsOptions, seccompProfile, appArmorProfile, ...context }: SecurityContext): Json {
  const profile = (value: typeof seccompProfile) => value && { Type: value.type, LocalhostProfile: value.localhostProfile ?? null };
  return new Json({
    Capabilities: capabilities ? { Add: capabilities.add ?? null, Drop: capabilities.drop ?? null } : null,
    Privileged: context.privileged ?? null,
    SELinuxOptions: seLinuxOptions
      ? {
          User: seLinuxOptions.user ?? '',
          Role: seLinuxOptions.role ?? '',
          Type: seLinuxOptions.type ?? '',
          Level: seLinuxOptions.level ?? '',
        }
      : null,
    WindowsOptions: windowsOptions
      ? {
          GMSACredentialSpecName: windowsOptions.gmsaCredentialSpecName ?? null,
          GMSACredentialSpec: windowsOptions.gmsaCredentialSpec ?? null,
          RunAsUserName: windowsOptions.runAsUserName ?? null,
          HostProcess: windowsOptions.hostProcess ?? null,
        }
      : null,
    RunAsUser: context.runAsUser ?? null,
    RunAsGroup: context.runAsGroup ?? null,
    RunAsNonRoot: context.runAsNonRoot ?? null,
    ReadOnlyRootFilesystem: context.readOnlyRootFilesystem ?? null,
    AllowPrivilegeEscalation: context.allowPrivilegeEscalation ?? null,
    ProcMount: context.procMount ?? null,
    SeccompProfile: profile(seccompProfile) ?? null,
    AppArmorProfile: profile(appArmorProfile) ?? null,
  });
}
