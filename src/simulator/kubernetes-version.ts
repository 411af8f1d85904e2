import type { LifecycleOptions } from '../lifecycle/state.ts';
import type { Container, Pod } from '../pod/types.ts';

/** The oldest and the newest minor version of Kubernetes 1 that can be simulated. */
export const kubernetesVersions = { oldest: 27, newest: 36 } as const;

export interface VersionedPod {
  readonly pod: Pod;
  /** What this version makes of the Pod otherwise than the newest, one sentence each. */
  readonly notes: readonly string[];
  readonly lifecycle: Partial<LifecycleOptions>;
}

/**
 * The Pod as the API server and the kubelet of an older version understand it, with their default feature gates
 * (kubelet-lifecycle 1.3): a field of a gate that is off is dropped.
 *
 * @param minor - 27 to 36, for Kubernetes 1.27 to 1.36.
 */
export function forKubernetes(pod: Pod, minor: number): VersionedPod {
  const notes: string[] = [];
  const change = (container: Container, kind: 'init' | 'regular'): Container => {
    const { restartPolicy, restartPolicyRules, lifecycle, ...rest } = container;
    const isSidecar = kind === 'init' && restartPolicy === 'Always';
    const keepsPolicy = isSidecar ? minor >= 29 : minor >= 35;
    if (restartPolicy !== undefined && !keepsPolicy) notes.push(droppedPolicy(container.name, isSidecar, minor));
    const rules = minor >= 36 ? restartPolicyRules : restartPolicyRules?.filter(({ action }) => action !== 'RestartAllContainers');
    if ((restartPolicyRules?.length ?? 0) > (keepsPolicy ? (rules?.length ?? 0) : 0)) {
      notes.push(`1.${minor} does not know all restartPolicyRules of ${container.name}: they are left out`);
    }
    // Without the sidecar's policy its probes and hooks would be refused, as on any init container.
    const isPlainInit = kind === 'init' && !(isSidecar && keepsPolicy);
    const { livenessProbe, readinessProbe, startupProbe, ...plain } = rest;
    if (isPlainInit && isSidecar && (livenessProbe ?? readinessProbe ?? startupProbe ?? lifecycle) !== undefined) {
      notes.push(`the API server of 1.${minor} refuses the probes and hooks of ${container.name}; the simulation leaves them out`);
    }
    return {
      ...(isPlainInit ? plain : rest),
      ...(lifecycle === undefined || isPlainInit ? {} : { lifecycle: withoutSleep(container.name, lifecycle, minor, notes) }),
      ...(restartPolicy !== undefined && keepsPolicy ? { restartPolicy } : {}),
      ...(rules !== undefined && rules.length > 0 && keepsPolicy ? { restartPolicyRules: rules } : {}),
    };
  };
  if (minor >= kubernetesVersions.newest) return { pod, notes, lifecycle: {} };
  const spec = {
    ...pod.spec,
    ...(pod.spec.initContainers === undefined
      ? {}
      : { initContainers: pod.spec.initContainers.map((container) => change(container, 'init')) }),
    containers: pod.spec.containers.map((container) => change(container, 'regular')),
  };
  return { pod: { ...pod, spec }, notes, lifecycle: { kubernetesMinor: minor } };
}

function droppedPolicy(name: string, isSidecar: boolean, minor: number): string {
  if (!isSidecar) return `1.${minor} drops the restartPolicy of container ${name}: the Pod's holds`;
  return `1.${minor} drops restartPolicy: Always of ${name}: it is a plain init container, and nothing behind it starts before it has completed`;
}

type Lifecycle = NonNullable<Container['lifecycle']>;

/** The sleep action is on by default since 1.30. */
function withoutSleep(name: string, lifecycle: Lifecycle, minor: number, notes: string[]): Lifecycle {
  if (minor >= 30) return lifecycle;
  const { postStart, preStop, ...rest } = lifecycle;
  if (postStart?.sleep !== undefined || preStop?.sleep !== undefined)
    notes.push(`1.${minor} does not know the sleep hook of ${name}: it is left out`);
  return {
    ...rest,
    ...(postStart === undefined || postStart.sleep !== undefined ? {} : { postStart }),
    ...(preStop === undefined || preStop.sleep !== undefined ? {} : { preStop }),
  };
}
