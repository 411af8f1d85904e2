import type { Attempt } from '../lifecycle/virtual-pod.ts';
import { VirtualPod, podOf } from '../lifecycle/virtual-pod.ts';
import type { Pod } from '../../src/pod/types.ts';

export type Spec = Parameters<typeof podOf>[0];
export type Behaviour = Readonly<Record<string, readonly Attempt[]>>;

/** A run of the core in which nothing but what the Pod itself says takes time. */
export function simulated(pod: Pod, behaviour: Behaviour = {}): VirtualPod {
  return new VirtualPod(pod, { behaviour, latencyMs: () => 0 });
}

/** When each start of a container came, in seconds. */
export function starts(run: VirtualPod, name: string): number[] {
  return run.instances
    .filter((instance) => instance.name === name && instance.startedAt > 0)
    .map(({ startedAt }) => sinceBegin(run, startedAt));
}

/** When a container was first told to stop, in seconds since the beginning. */
export function signalAt(run: VirtualPod, name: string): number {
  const told = run.actions.find(({ action }) => action.type === 'StopContainer' && action.container === name);
  if (told === undefined) throw new Error(`${name} was never told to stop`);
  return told.t / 1000;
}

/** When a container was first shown to be ended, in seconds. */
export function endAt(run: VirtualPod, name: string): number {
  const shown = run.statuses.find(({ status }) =>
    [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].some(
      (one) => one.name === name && one.state?.terminated !== undefined,
    ),
  );
  if (shown === undefined) throw new Error(`${name} has not ended`);
  return shown.t / 1000;
}

/** When the Pod was first Ready, in seconds. */
export function readyAt(run: VirtualPod): number | undefined {
  const shown = run.statuses.find(({ status }) =>
    status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
  );
  return shown === undefined ? undefined : shown.t / 1000;
}

function sinceBegin(run: VirtualPod, time: number): number {
  return (time - (run.now - run.t)) / 1000;
}
