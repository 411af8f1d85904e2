import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import type { ContainerAttempt } from '../../engine/runtime-service.ts';
import { ConfigError } from '../../pod/config-error.ts';
import { envFileValue } from '../../pod/env-file.ts';
import { containerEnvironment } from '../../pod/environment.ts';
import { expand, lookupIn } from '../../pod/expansion.ts';
import type { References } from '../../pod/references.ts';
import { imageUser, verifyRunAsNonRoot } from '../../pod/security-context.ts';
import type { Container, Pod } from '../../pod/types.ts';
import { followInside } from '../shared/container-path.ts';
import type { EngineImage } from './container-engine.ts';
import { volumeMounts, type MountContext } from './container-mounts.ts';
import type { EngineContainerConfig, Mount } from './engine-config.ts';
import { containerLabels, labelNames } from './labels.ts';
import { makeTerminationLog, writeHosts } from './pod-files.ts';
import { containerResources, type ResourceFacts } from './resources.ts';
import { namespaceModes } from './sandbox-config.ts';
import { containerSecurity, type SecurityFacts } from './security-context.ts';
import type { PodFolders } from './state-folders.ts';

export interface ConfigContext extends SecurityFacts, ResourceFacts, Omit<MountContext, 'environment' | 'subPaths'> {
  readonly pod: Pod;
  readonly references: References;
  readonly instance: string;
  readonly folders: PodFolders;
  /** What the container's image is, and what the engine knows it as. */
  readonly image: EngineImage;
  readonly imageReference: string;
}

/** What a container is made from, and where its termination message is going to be for this program. */
export interface PreparedConfig {
  readonly config: EngineContainerConfig;
  readonly terminationLog: string;
}

/** Works out a container's configuration and makes the files that it has mounted. Rejects with `ConfigError`. */
export async function containerConfig(container: Container, attempt: ContainerAttempt, context: ConfigContext): Promise<PreparedConfig> {
  const { pod, references, image, folders } = context;
  const { restartCount, podIPs, targetID } = attempt;
  const runsAs = imageUser(image.config.user);
  verifyRunAsNonRoot(pod, container, runsAs);
  const env = containerEnvironment(pod, container, references, { ...attempt, readFileKey: (...place) => fileKey(context, ...place) });
  const volumes = await volumeMounts(container, { ...context, environment: env, subPaths: folders.subPaths });
  const message = terminationMount(container, restartCount, volumes, folders);
  const lookup = lookupIn(env);
  const config = withHash({
    name: container.name,
    attempt: restartCount,
    image: context.imageReference,
    command: (container.command ?? []).map((word) => expand(word, lookup)),
    args: (container.args ?? []).map((word) => expand(word, lookup)),
    workingDir: container.workingDir ?? '',
    env,
    mounts: [...volumes, ...hostsMount(container, podIPs, context), ...message.mounts],
    devices: [],
    labels: containerLabels(pod, context.instance, container, restartCount, image),
    logPath: `${container.name}/${restartCount}.log`,
    stdin: container.stdin === true,
    stdinOnce: container.stdinOnce === true,
    tty: container.tty === true,
    stopSignal: container.lifecycle?.stopSignal,
    resources: containerResources(pod, container, context),
    security: containerSecurity(pod, container, runsAs, context),
    namespaces: { ...namespaceModes(pod), ...(targetID !== undefined && { targetID }) },
  });
  return { config, terminationLog: message.path };
}

/** Tells whether a container that is there was made from the same. */
function withHash(config: EngineContainerConfig): EngineContainerConfig {
  const hash = createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 16);
  return { ...config, labels: { ...config.labels, [labelNames.config]: hash } };
}

function fileKey({ volumes }: ConfigContext, volume: string, path: string, key: string): string | undefined {
  const root = volumes.get(volume);
  if (root?.kind !== 'folder') throw new ConfigError(`cannot find the volume ${JSON.stringify(volume)} referenced by FileKeyRef`);
  return envFileValue(readFileSync(root.path + followInside(root.path, path), 'utf8'), key);
}

function hostsMount({ volumeMounts = [] }: Container, podIPs: readonly string[], { pod, references, folders }: ConfigContext): Mount[] {
  if (volumeMounts.some(({ mountPath }) => posix.normalize(mountPath) === '/etc/hosts')) return [];
  return [bind(writeHosts(pod, podIPs, references, folders), '/etc/hosts')];
}

/** A volume at the place of the termination message is where that is read from. */
function terminationMount(
  { name, terminationMessagePath }: Container,
  restartCount: number,
  volumes: readonly Mount[],
  folders: PodFolders,
): { path: string; mounts: Mount[] } {
  const own = volumes.find(({ containerPath }) => posix.normalize(containerPath) === posix.normalize(terminationMessagePath));
  if (own !== undefined) return { path: own.type === 'bind' ? own.hostPath : '', mounts: [] };
  const path = makeTerminationLog(folders, name, restartCount);
  return { path, mounts: [bind(path, terminationMessagePath)] };
}

function bind(hostPath: string, containerPath: string): Mount {
  return { type: 'bind', hostPath, containerPath, readOnly: false, propagation: 'private' };
}
