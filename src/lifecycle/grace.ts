import type { PodState } from './state.ts';

/** The least that a stop signal is given before SIGKILL, in seconds (kubelet-lifecycle 6.2). */
export const minimumStopSeconds = 2;

/** The Pod's grace period in seconds: what the deletion asked for, else the spec's; at least 1 (kubelet-lifecycle 6.1). */
export function terminationGraceSeconds(state: PodState): number {
  const spec = Math.max(1, state.pod.spec.terminationGracePeriodSeconds);
  return state.deletion === undefined ? spec : Math.max(1, state.deletion.graceSeconds);
}
