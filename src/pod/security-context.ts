import { ConfigError } from './config-error.ts';
import { formatPod } from './format-pod.ts';
import { quote } from './go-quote.ts';
import type { Container, Pod, SecurityContext } from './types.ts';

/** The security context that holds for a container: its own values over those that the Pod shares with all. */
export function effectiveSecurityContext(pod: Pod, container: Container): SecurityContext {
  const { runAsUser, runAsGroup, runAsNonRoot, seLinuxOptions, windowsOptions, seccompProfile, appArmorProfile } = pod.spec.securityContext;
  return withoutUndefined({
    runAsUser,
    runAsGroup,
    runAsNonRoot,
    seLinuxOptions,
    windowsOptions,
    seccompProfile,
    appArmorProfile,
    ...withoutUndefined(container.securityContext ?? {}),
  });
}

/** The groups that every container of the Pod gets beside its primary one: `fsGroup` and `supplementalGroups`. */
export function supplementalGroups(pod: Pod): number[] {
  const { fsGroup, supplementalGroups: groups } = pod.spec.securityContext;
  return [...new Set([...(fsGroup === undefined ? [] : [fsGroup]), ...(groups ?? [])])];
}

/** The user that an image names; neither field where nothing is known about it. */
export interface ImageUser {
  readonly uid?: number;
  readonly username?: string;
}

/** Reads `User` of an image configuration (`1000`, `app`, `1000:1000`). An image that names none runs as root. */
export function imageUser(user: string | undefined): ImageUser {
  const [name = ''] = (user ?? '').split(':');
  if (name === '') return { uid: 0 };
  return /^\d+$/.test(name) ? { uid: Number(name) } : { username: name };
}

/** Throws `ConfigError` when `runAsNonRoot` holds for the container and it would run as root, or that cannot be known. */
export function verifyRunAsNonRoot(pod: Pod, container: Container, image: ImageUser): void {
  const { runAsNonRoot, runAsUser } = effectiveSecurityContext(pod, container);
  if (!runAsNonRoot) return;
  const where = `(pod: ${quote(formatPod(pod))}, container: ${container.name})`;
  if (runAsUser !== undefined) {
    if (runAsUser === 0) throw new ConfigError(`container's runAsUser breaks non-root policy ${where}`);
  } else if (image.uid !== undefined) {
    if (image.uid === 0) throw new ConfigError(`container has runAsNonRoot and image will run as root ${where}`);
  } else if (image.username) {
    throw new ConfigError(
      `container has runAsNonRoot and image has non-numeric user (${image.username}), cannot verify user is non-root ${where}`,
    );
  }
}

function withoutUndefined<T extends object>(record: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
