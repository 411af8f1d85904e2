import type { ContainerStatus, PodCondition } from '../../pod/types.ts';
import { apiTime } from '../api-time.ts';
import { restartingAllReason } from '../restart-all.ts';
import { canRestartAll } from '../restart-policy.ts';
import type { PodState } from '../state.ts';
import type { Phase } from './phase.ts';

type Fact = Pick<PodCondition, 'type' | 'status'> & { readonly reason?: string | undefined; readonly message?: string | undefined };

/**
 * The conditions that the kubelet writes (kubelet-lifecycle 7.2). `phase` is the computed one, also while a Pod whose
 * containers still run may not show it yet.
 */
export function podConditions(state: PodState, statuses: ReadonlyMap<string, ContainerStatus>, phase: Phase, now: number): PodCondition[] {
  const containersReady = containersReadyFact(state, statuses, phase);
  const facts: Fact[] = [
    ...restartAllFact(state, phase),
    // On by default since 1.29.
    ...(state.options.kubernetesMinor >= 29 ? [{ type: 'PodReadyToStartContainers', status: bool(state.sandbox.phase === 'ready') }] : []),
    initializedFact(state, statuses, phase),
    readyFact(state, containersReady),
    containersReady,
    { type: 'PodScheduled', status: 'True' },
  ];
  return facts.map((fact) => withTransition(state, fact, now));
}

function initializedFact(state: PodState, statuses: ReadonlyMap<string, ContainerStatus>, phase: Phase): Fact {
  const type = 'Initialized';
  if (phase === 'Succeeded') return { type, status: 'True', reason: 'PodCompleted' };
  const incomplete = state.containers.filter(({ kind, name }) => {
    const status = statuses.get(name);
    return kind === 'init' ? status?.ready !== true : kind === 'sidecar' && status?.started !== true;
  });
  const mainRan = state.containers.some(({ kind, name }) => {
    const status = statuses.get(name);
    if (kind !== 'regular' || status === undefined) return false;
    // A restart of all containers leaves a Pod initialized.
    const removed = status.lastState?.terminated?.reason === restartingAllReason;
    return status.state?.running !== undefined || status.state?.terminated !== undefined || removed;
  });
  if (incomplete.length === 0 || mainRan) return { type, status: 'True' };
  const message = `containers with incomplete status: [${incomplete.map(({ name }) => name).join(' ')}]`;
  return { type, status: 'False', reason: 'ContainersNotInitialized', message };
}

function containersReadyFact(state: PodState, statuses: ReadonlyMap<string, ContainerStatus>, phase: Phase): Fact {
  const type = 'ContainersReady';
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const unready = state.containers.filter(
    ({ kind, name }) => (kind === 'sidecar' || kind === 'regular') && statuses.get(name)?.ready !== true,
  );
  if (unready.length === 0) return { type, status: 'True' };
  const message = `containers with unready status: [${unready.map(({ name }) => name).join(' ')}]`;
  return { type, status: 'False', reason: 'ContainersNotReady', message };
}

function readyFact(state: PodState, containersReady: Fact): Fact {
  if (containersReady.status !== 'True') return { ...containersReady, type: 'Ready' };
  const messages: string[] = [];
  for (const { conditionType } of state.pod.spec.readinessGates ?? []) {
    const condition = state.status.conditions?.find(({ type }) => type === conditionType);
    if (condition === undefined) messages.push(`corresponding condition of pod readiness gate "${conditionType}" does not exist.`);
    else if (condition.status !== 'True')
      messages.push(`the status of pod readiness gate "${conditionType}" is not "True", but ${condition.status}`);
  }
  if (messages.length === 0) return { type: 'Ready', status: 'True' };
  return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}

function restartAllFact(state: PodState, phase: Phase): Fact[] {
  if (!canRestartAll(state.pod) && state.restartAll === undefined) return [];
  const type = 'AllContainersRestarting';
  if (phase === 'Succeeded') return [{ type, status: 'False', reason: 'PodCompleted' }];
  if (phase === 'Failed') return [{ type, status: 'False', reason: 'PodFailed' }];
  if (state.restartAll === undefined || state.restartAll.stage === 'shown') return [{ type, status: 'False' }];
  return [{ type, status: 'True', reason: 'RestartAllContainersStarted', message: 'container exited with restart policy rule' }];
}

/** `lastTransitionTime` moves only with the status. */
function withTransition(state: PodState, { type, status, reason, message }: Fact, now: number): PodCondition {
  const before = state.status.conditions?.find((condition) => condition.type === type);
  const lastTransitionTime =
    before?.status === status && before.lastTransitionTime !== undefined ? before.lastTransitionTime : apiTime(now);
  return {
    type,
    status,
    observedGeneration: state.pod.metadata.generation ?? 1,
    lastTransitionTime,
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}

function bool(value: boolean): 'True' | 'False' {
  return value ? 'True' : 'False';
}
