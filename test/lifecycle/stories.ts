import type { Container } from '../../src/pod/types.ts';
import { VirtualPod, findStatus, podOf } from './virtual-pod.ts';
import type { Attempt, VirtualPodOptions } from './virtual-pod.ts';

type Spec = Parameters<typeof podOf>[0];

export interface Case {
  readonly name: string;
  readonly spec: Spec;
  readonly behaviour?: Readonly<Record<string, readonly Attempt[]>>;
  readonly options?: Omit<VirtualPodOptions, 'behaviour'>;
  /** What befalls it, before it runs. */
  readonly with?: ((pod: VirtualPod) => void) | undefined;
  readonly untilMs: number;
}

/** Everything that a person could see of a run: what was done when, what each container showed, the phases and the Events. */
export function tell({ spec, behaviour, options, with: prepare, untilMs }: Case): string[] {
  const pod = new VirtualPod(podOf(spec), { ...options, ...(behaviour === undefined ? {} : { behaviour }) });
  prepare?.(pod);
  pod.run(untilMs);
  const names = pod.state.containers.map(({ name }) => name);
  const { status } = pod.state;
  return [
    ...pod.log(),
    ...names.map((name) => `${name}: ${pod.history(name).join(', ')}`),
    ...pod.state.containers
      .filter(({ spec: { readinessProbe } }) => readinessProbe !== undefined)
      .map(({ name }) => `${name} readiness: ${readiness(pod, name)}`),
    `phases: ${pod.phases().join(', ')}${status.reason === undefined ? '' : ` (${status.reason})`}`,
    `conditions: ${(status.conditions ?? []).map(({ type, status: value, reason }) => `${type}=${value}${reason === undefined ? '' : ` ${reason}`}`).join(', ')}`,
    `events: ${countEvents(pod).join(', ')}`,
    ...(pod.state.finished ? [`gone at ${pod.t}`] : pod.waits().map((wait) => `waits ${wait}`)),
  ];
}

export const sidecar = (name: string, more: Partial<Container> = {}): Partial<Container> => ({ name, restartPolicy: 'Always', ...more });

export const exec = { exec: { command: ['true'] } };

export const probe = (more: Record<string, number> = {}): NonNullable<Container['startupProbe']> => ({
  ...exec,
  periodSeconds: 1,
  timeoutSeconds: 1,
  successThreshold: 1,
  failureThreshold: 3,
  ...more,
});

function readiness(pod: VirtualPod, name: string): string {
  const shown = pod.statuses.map(({ t, status }) => ({ t, ready: findStatus(status, name)?.ready === true }));
  const changes = shown.filter(({ ready }, i) => ready !== (shown[i - 1]?.ready ?? false));
  return changes.map(({ t, ready }) => `${ready ? 'ready' : 'not ready'} at ${t}`).join(', ');
}

function countEvents(pod: VirtualPod): string[] {
  const counts = new Map<string, number>();
  for (const { reason, fieldPath, message } of pod.events) {
    if (['Pulled', 'Created', 'Started'].includes(reason)) continue;
    const key = `${reason}${fieldPath === undefined ? '' : ` ${fieldPath}`} "${message}"`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, count]) => (count === 1 ? key : `${key} x${count}`));
}
