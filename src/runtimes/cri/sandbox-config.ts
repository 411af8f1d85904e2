import type { NamespaceModes, LinuxResources, Profile, SandboxConfig } from '../containers/engine-config.ts';
import type { CriProfile, NamespaceOption, PodSandboxConfig, PodSandboxStatus, Resources } from './cri-api.ts';

/**
 * The sandbox in the CRI's terms. What creating containers needs again, and what the engine does not give back, is kept in an
 * annotation: so a later supervisor can create containers in it.
 */
export function toPodSandboxConfig(config: SandboxConfig): PodSandboxConfig {
  const { name, namespace, uid, attempt, hostname, logDirectory, dns, labels, security, cgroupParent } = config;
  const inner: Omit<PodSandboxConfig, 'annotations'> = {
    metadata: { name, namespace, uid, attempt },
    hostname,
    logDirectory,
    ...(dns && { dnsConfig: dns }),
    portMappings: config.portMappings.map(({ hostIP, ...mapping }) => ({ ...mapping, hostIp: hostIP })),
    labels,
    linux: {
      ...(cgroupParent !== undefined && { cgroupParent }),
      sysctls: config.sysctls,
      resources: toResources(config.resources),
      securityContext: {
        namespaceOptions: toNamespaceOptions(config.namespaces),
        // containerd refuses a group without a user.
        ...(security.runAsUser !== undefined && {
          runAsUser: { value: security.runAsUser },
          ...(security.runAsGroup !== undefined && { runAsGroup: { value: security.runAsGroup } }),
        }),
        readonlyRootfs: security.readOnlyRootFilesystem,
        supplementalGroups: security.supplementalGroups,
        privileged: security.privileged,
        seccomp: toProfile(security.seccomp),
        ...toAppArmor(security.apparmor),
      },
    },
  };
  return { ...inner, annotations: { [configAnnotation]: JSON.stringify(inner) } };
}

/** The configuration that the sandbox was made from, from its status. Undefined: it was made by another program. */
export function configOfSandbox({ annotations }: PodSandboxStatus): PodSandboxConfig | undefined {
  const text = annotations[configAnnotation];
  if (text === undefined) return undefined;
  return { ...(JSON.parse(text) as Omit<PodSandboxConfig, 'annotations'>), annotations };
}

export function toNamespaceOptions({ network, pid, ipc, targetID }: NamespaceModes): NamespaceOption {
  return {
    network: network === 'node' ? 'NODE' : 'POD',
    ipc: ipc === 'node' ? 'NODE' : 'POD',
    ...(targetID === undefined
      ? { pid: pid === 'node' ? 'NODE' : pid === 'pod' ? 'POD' : 'CONTAINER' }
      : { pid: 'TARGET', targetId: targetID }),
  };
}

export function toResources({ memoryLimitBytes, ...others }: LinuxResources): Resources {
  return { ...others, ...(memoryLimitBytes !== undefined && { memoryLimitInBytes: memoryLimitBytes }) };
}

export function toProfile(profile: Profile): CriProfile {
  return profile.type === 'Localhost' ? { profileType: 'Localhost', localhostRef: profile.path } : { profileType: profile.type };
}

/** Left out, it is the default where the machine has AppArmor; asked for by name, engines refuse it where the machine has not. */
export function toAppArmor(profile: Profile): { readonly apparmor?: CriProfile } {
  return profile.type === 'RuntimeDefault' ? {} : { apparmor: toProfile(profile) };
}

const configAnnotation = 'outrider.config';
