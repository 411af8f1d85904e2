import { join } from 'node:path';
import { effectiveSecurityContext, supplementalGroups, type ImageUser } from '../../pod/security-context.ts';
import type { Container, Pod } from '../../pod/types.ts';
import type { EngineFeatures } from './container-engine.ts';
import type { Profile, SecurityContext } from './engine-config.ts';

export interface SecurityFacts {
  readonly features: Pick<EngineFeatures, 'seccomp' | 'apparmor'>;
  /** Where seccomp profiles of type Localhost are. */
  readonly seccompFolder: string;
}

/** A container's security context for the engine. Source: pkg/kubelet/kuberuntime/security_context.go. */
export function containerSecurity(pod: Pod, container: Container, image: ImageUser, facts: SecurityFacts): SecurityContext {
  const context = effectiveSecurityContext(pod, container);
  const { runAsUser, runAsGroup, capabilities, privileged, readOnlyRootFilesystem, allowPrivilegeEscalation, procMount } = context;
  return {
    ...user(runAsUser, image),
    ...(runAsGroup !== undefined && { runAsGroup }),
    supplementalGroups: supplementalGroups(pod),
    privileged: privileged === true,
    readOnlyRootFilesystem: readOnlyRootFilesystem === true,
    noNewPrivileges: allowPrivilegeEscalation === false,
    capabilities: { add: capabilities?.add ?? [], drop: capabilities?.drop ?? [] },
    ...profiles(context, facts),
    unmaskedProc: procMount === 'Unmasked',
  };
}

/** The sandbox holds the namespaces and runs nothing of the Pod's; it is privileged where a container of it is. */
export function sandboxSecurity(pod: Pod, facts: SecurityFacts): SecurityContext {
  const { runAsUser, runAsGroup, seccompProfile, appArmorProfile } = pod.spec.securityContext;
  const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  return {
    ...(runAsUser !== undefined && { runAsUser }),
    ...(runAsUser !== undefined && runAsGroup !== undefined && { runAsGroup }),
    supplementalGroups: supplementalGroups(pod),
    privileged: containers.some(({ securityContext }) => securityContext?.privileged === true),
    readOnlyRootFilesystem: false,
    noNewPrivileges: false,
    capabilities: { add: [], drop: [] },
    ...profiles({ seccompProfile, appArmorProfile }, facts),
    unmaskedProc: false,
  };
}

function user(runAsUser: number | undefined, { uid, username }: ImageUser): Pick<SecurityContext, 'runAsUser' | 'runAsUserName'> {
  if (runAsUser !== undefined) return { runAsUser };
  if (uid !== undefined) return { runAsUser: uid };
  return username === undefined ? {} : { runAsUserName: username };
}

interface Profiles {
  readonly seccompProfile?: ApiProfile | undefined;
  readonly appArmorProfile?: ApiProfile | undefined;
}

interface ApiProfile {
  readonly type: string;
  readonly localhostProfile?: string;
}

/** Without a word of the Pod seccomp is off and AppArmor has the engine's default, as the kubelet has it. */
function profiles(
  { seccompProfile, appArmorProfile }: Profiles,
  { features, seccompFolder }: SecurityFacts,
): Pick<SecurityContext, 'seccomp' | 'apparmor'> {
  return {
    seccomp: features.seccomp ? profile(seccompProfile, 'Unconfined', (name) => join(seccompFolder, name)) : { type: 'Unconfined' },
    apparmor: features.apparmor ? profile(appArmorProfile, 'RuntimeDefault', (name) => name) : { type: 'Unconfined' },
  };
}

function profile(asked: ApiProfile | undefined, byDefault: 'RuntimeDefault' | 'Unconfined', place: (name: string) => string): Profile {
  if (asked?.type === 'Localhost') return { type: 'Localhost', path: place(asked.localhostProfile ?? '') };
  if (asked?.type === 'RuntimeDefault' || asked?.type === 'Unconfined') return { type: asked.type };
  return { type: byDefault };
}
