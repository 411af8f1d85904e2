import type { EngineContainerConfig, Mount, SecurityContext } from '../containers/engine-config.ts';
import type { ContainerConfig, ContainerSecurityContext, CriMount } from './cri-api.ts';
import { toAppArmor, toNamespaceOptions, toProfile, toResources } from './sandbox-config.ts';

/** Where a stop signal other than the image's is kept: the CRI has no place for it before version 1.33 of Kubernetes. */
export const stopSignalAnnotation = 'outrider.stop-signal';

/** The container in the CRI's terms. Throws for volumes that the CRI does not have. */
export function toContainerConfig(config: EngineContainerConfig): ContainerConfig {
  const { name, attempt, image, command, args, workingDir, env, devices, labels, logPath, stdin, stdinOnce, tty, stopSignal } = config;
  return {
    metadata: { name, attempt },
    image: { image, userSpecifiedImage: image },
    command,
    args,
    workingDir,
    envs: Object.entries(env).map(([key, value]) => ({ key, value: Buffer.from(value) })),
    mounts: config.mounts.map(toMount),
    devices,
    labels,
    annotations: stopSignal === undefined ? {} : { [stopSignalAnnotation]: stopSignal },
    logPath,
    stdin,
    stdinOnce,
    tty,
    linux: { resources: toResources(config.resources), securityContext: toSecurityContext(config) },
  };
}

function toMount(mount: Mount): CriMount {
  const { containerPath } = mount;
  switch (mount.type) {
    case 'bind':
      return {
        containerPath,
        hostPath: mount.hostPath,
        readonly: mount.readOnly,
        recursiveReadOnly: mount.recursiveReadOnly ?? false,
        propagation: propagations[mount.propagation],
      };
    case 'image':
      return { containerPath, image: { image: mount.image }, imageSubPath: mount.subPath, readonly: true };
    case 'memory':
      throw new Error(`volume ${mount.volume} in memory: this engine mounts none, and this program may not`);
  }
}

const propagations = {
  private: 'PROPAGATION_PRIVATE',
  'host-to-container': 'PROPAGATION_HOST_TO_CONTAINER',
  bidirectional: 'PROPAGATION_BIDIRECTIONAL',
} as const;

function toSecurityContext({ security, namespaces }: EngineContainerConfig): ContainerSecurityContext {
  return {
    namespaceOptions: toNamespaceOptions(namespaces),
    ...toUser(security),
    capabilities: { addCapabilities: security.capabilities.add, dropCapabilities: security.capabilities.drop },
    privileged: security.privileged,
    readonlyRootfs: security.readOnlyRootFilesystem,
    supplementalGroups: security.supplementalGroups,
    noNewPrivs: security.noNewPrivileges,
    // Engines mask nothing by themselves: the kubelet sends the lists.
    maskedPaths: security.unmaskedProc ? [] : maskedPaths,
    readonlyPaths: security.unmaskedProc ? [] : readonlyPaths,
    seccomp: toProfile(security.seccomp),
    ...toAppArmor(security.apparmor),
  };
}

function toUser({ runAsUser, runAsGroup, runAsUserName }: SecurityContext): Partial<ContainerSecurityContext> {
  return {
    ...(runAsUser !== undefined && { runAsUser: { value: runAsUser } }),
    ...(runAsUserName !== undefined && { runAsUsername: runAsUserName }),
    ...(runAsGroup !== undefined && { runAsGroup: { value: runAsGroup } }),
  };
}

/** The kubelet's lists for procMount Default (pkg/securitycontext). */
const maskedPaths = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];
const readonlyPaths = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];
