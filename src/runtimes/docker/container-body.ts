import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineSandbox } from '../containers/container-engine.ts';
import type { EngineContainerConfig, LinuxResources, Mount, NamespaceModes, SecurityContext } from '../containers/engine-config.ts';
import type { EngineKind } from './engine-kind.ts';
import { kindLabels, ownLabels } from './labels.ts';

/** A container of a Pod: what `POST /containers/create` takes. Throws when a seccomp profile cannot be read. */
export function containerBody(sandbox: EngineSandbox, config: EngineContainerConfig, kind: EngineKind, mounts: readonly object[]): object {
  const { command, args, security } = config;
  return {
    Image: config.image,
    // Left out, they are the image's: the rule is the CRI's.
    ...(command.length > 0 && { Entrypoint: command }),
    ...(args.length > 0 && { Cmd: args }),
    ...(config.workingDir !== '' && { WorkingDir: config.workingDir }),
    Env: Object.entries(config.env).map(([name, value]) => `${name}=${value}`),
    Labels: { ...config.labels, ...kindLabels('container'), [ownLabels.sandbox]: sandbox.id },
    ...userOf(security),
    Tty: config.tty,
    OpenStdin: config.stdin,
    StdinOnce: config.stdinOnce,
    ...(config.stopSignal !== undefined && { StopSignal: config.stopSignal }),
    // Its health is the Pod's probes' business. Podman would have systemd run this too.
    ...(!kind.isPodman && { Healthcheck: { Test: ['NONE'] } }),
    HostConfig: {
      ...namespaces(sandbox.id, config.namespaces, kind),
      ...resources(config.resources, sandbox.labels[ownLabels.oomScore] !== 'refused'),
      ...privileges(security, kind),
      Mounts: mounts,
      Devices: config.devices.map(({ hostPath, containerPath, permissions }) => ({
        PathOnHost: hostPath,
        PathInContainer: containerPath,
        CgroupPermissions: permissions,
      })),
      LogConfig: logConfig(sandbox, config, kind),
      RestartPolicy: { Name: 'no' },
      AutoRemove: false,
      Init: false,
    },
  };
}

/** The API's form of a bind mount. */
export function bindMount({ hostPath, containerPath, readOnly, recursiveReadOnly, propagation }: BindMount, kind: EngineKind): object {
  return {
    Type: 'bind',
    Source: hostPath,
    Target: containerPath,
    ReadOnly: readOnly,
    BindOptions: {
      Propagation: propagations[propagation],
      ...(readOnly && readOnlyDepth(recursiveReadOnly === true, containerPath, kind)),
    },
  };
}

export type BindMount = Extract<Mount, { type: 'bind' }>;

const propagations = { private: 'rprivate', 'host-to-container': 'rslave', bidirectional: 'rshared' } as const;

/** Since API 1.44 Docker makes read-only mounts recursive by itself where it can; Kubernetes only when asked to. */
function readOnlyDepth(isRecursive: boolean, path: string, kind: EngineKind): object {
  if (kind.hasRecursiveReadOnly) return isRecursive ? { ReadOnlyForceRecursive: true } : { ReadOnlyNonRecursive: true };
  if (isRecursive) throw new Error(`${kind.product} cannot mount ${path} recursively read-only: Docker can from version 25 on`);
  return {};
}

/** Docker cannot join UTS namespaces: it gives a container that joins a network its owner's hostname. Podman joins. */
function namespaces(sandboxID: string, { network, pid, ipc, targetID }: NamespaceModes, { isPodman }: EngineKind): object {
  const joined = `container:${sandboxID}`;
  const pidMode = targetID !== undefined ? `container:${targetID}` : { pod: joined, node: 'host', container: undefined }[pid];
  return {
    NetworkMode: joined,
    IpcMode: ipc === 'node' ? 'host' : joined,
    ...(pidMode !== undefined && { PidMode: pidMode }),
    ...(network === 'node' ? { UTSMode: 'host' } : isPodman && { UTSMode: joined }),
  };
}

function resources({ cpuPeriod, cpuQuota, cpuShares, memoryLimitBytes, oomScoreAdj }: LinuxResources, lowersOomScore: boolean): object {
  return {
    ...(cpuPeriod !== undefined && { CpuPeriod: cpuPeriod }),
    ...(cpuQuota !== undefined && { CpuQuota: cpuQuota }),
    ...(cpuShares !== undefined && { CpuShares: cpuShares }),
    // As much with swap as without: none.
    ...(memoryLimitBytes !== undefined && { Memory: memoryLimitBytes, MemorySwap: memoryLimitBytes }),
    ...(oomScoreAdj !== undefined && (lowersOomScore || oomScoreAdj > 0) && { OomScoreAdj: oomScoreAdj }),
  };
}

function userOf({ runAsUser, runAsGroup, runAsUserName }: SecurityContext): object {
  const user = runAsUser ?? runAsUserName;
  if (user === undefined && runAsGroup === undefined) return {};
  return { User: `${user ?? 0}${runAsGroup === undefined ? '' : `:${runAsGroup}`}` };
}

function privileges(security: SecurityContext, kind: EngineKind): object {
  const { privileged, capabilities, supplementalGroups } = security;
  return {
    Privileged: privileged,
    ReadonlyRootfs: security.readOnlyRootFilesystem,
    CapAdd: capabilities.add,
    CapDrop: capabilities.drop,
    GroupAdd: supplementalGroups.map(String),
    SecurityOpt: securityOptions(security, kind),
    ...(security.unmaskedProc && !kind.isPodman && { MaskedPaths: [], ReadonlyPaths: [] }),
  };
}

function securityOptions({ noNewPrivileges, seccomp, apparmor, unmaskedProc }: SecurityContext, kind: EngineKind): string[] {
  const options = noNewPrivileges ? ['no-new-privileges'] : [];
  if (kind.seccomp && seccomp.type === 'Unconfined') options.push('seccomp=unconfined');
  // Docker takes the profile itself, Podman where it is.
  if (kind.seccomp && seccomp.type === 'Localhost') {
    options.push(`seccomp=${kind.isPodman ? seccomp.path : readFileSync(seccomp.path, 'utf8')}`);
  }
  if (kind.apparmor && apparmor.type === 'Unconfined') options.push('apparmor=unconfined');
  if (kind.apparmor && apparmor.type === 'Localhost') options.push(`apparmor=${apparmor.path}`);
  if (unmaskedProc && kind.isPodman) options.push('unmask=ALL');
  return options;
}

/**
 * Podman's own log format is the CRI's, and it writes where it is told to. Docker keeps the output for those who take over: enough of
 * it that following it loses nothing when a container writes faster than is read.
 */
function logConfig(sandbox: EngineSandbox, { logPath }: EngineContainerConfig, kind: EngineKind): object {
  if (kind.writesLogs) return { Type: 'k8s-file', Config: { path: join(sandbox.labels[ownLabels.logDirectory] ?? '', logPath) } };
  if (kind.isPodman) return { Type: 'k8s-file', Config: {} };
  return { Type: 'json-file', Config: { 'max-size': '100m', 'max-file': '2' } };
}
