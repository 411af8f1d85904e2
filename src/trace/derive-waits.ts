import type { Wait, WaitCause } from '../lifecycle/wait.ts';
import type { ContainerStatus, Pod } from '../pod/types.ts';
import { type ContainerFacts, isStoppedForGood } from './container-facts.ts';
import { type ContainerSpec, type PodContainer, podContainers } from './pod-containers.ts';

/** What a recording says about a Pod at a moment. */
export interface PodFacts {
  readonly container: (name: string) => ContainerFacts;
  /** The last Warning about its volumes or its sandbox. */
  readonly obstacle?: { readonly kind: 'Volumes' | 'Sandbox'; readonly message: string };
}

/**
 * What each container waits for at `now` (milliseconds since the epoch), as far as the Pod's spec, its status and its Events tell.
 * The core knows the causes of its waits; a recording has only what the API shows, and this is the core's order of startup and
 * shutdown read backwards from it (kubelet-lifecycle 2 and 6).
 */
export function deriveWaits(pod: Pod, facts: PodFacts, now: number): Wait[] {
  const scene = sceneOf(pod, facts, now);
  return scene.members.flatMap((member, index): Wait[] => {
    const found = causeOf(member, index, scene);
    return found === undefined ? [] : [{ container: member.spec.name, since: now, ...found }];
  });
}

/** A container that is alive, whatever else it waits for. */
export function isRunning({ state }: Pick<ContainerStatus, 'state'>): boolean {
  return state?.running !== undefined;
}

/** Reasons that a container waits with before anything went wrong. */
function isInitialReason(reason: string | undefined): boolean {
  return reason === undefined || reason === 'PodInitializing' || reason === 'ContainerCreating';
}

interface Member extends PodContainer {
  readonly facts: ContainerFacts;
}

interface Scene {
  readonly pod: Pod;
  readonly members: readonly Member[];
  readonly facts: PodFacts;
  readonly now: number;
}

type Found = Pick<Wait, 'cause' | 'until'>;

function sceneOf(pod: Pod, facts: PodFacts, now: number): Scene {
  const members = podContainers(pod).map((container): Member => ({ ...container, facts: facts.container(container.spec.name) }));
  return { pod, members, facts, now };
}

function causeOf(member: Member, index: number, scene: Scene): Found | undefined {
  const { pod } = scene;
  if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return undefined;
  const isRestartingAll = pod.status.conditions?.some(({ type, status }) => type === 'AllContainersRestarting' && status === 'True');
  if (isRestartingAll) return { cause: { kind: 'RestartingAllContainers' } };
  if (member.status && isRunning(member.status)) return causeWhileRunning(member, index, scene);
  if (member.status?.state?.terminated) return member.facts.image === undefined ? undefined : { cause: ownStart(member) };
  if (pod.metadata.deletionTimestamp !== undefined) return { cause: { kind: 'PodEnds', reason: 'deleted' } };
  // An attempt has begun; the status says so only if it succeeds.
  if (member.facts.image !== undefined) return { cause: ownStart(member) };
  const { reason, message = '' } = member.status?.state?.waiting ?? {};
  if (isInitialReason(reason)) return { cause: gateOf(index, scene) ?? ownStart(member) };
  return causeOfFailure(member, reason ?? '', message);
}

function causeOfFailure({ spec, status }: Member, reason: string, message: string): Found {
  if (reason === 'CrashLoopBackOff') {
    const backOffMs = parseGoDuration(/^back-off (\S+) /.exec(message)?.[1] ?? '');
    const endedAt = Date.parse(status?.lastState?.terminated?.finishedAt ?? '');
    const until = endedAt + backOffMs;
    return { cause: { kind: 'CrashLoopBackOff', restarts: status?.restartCount ?? 0, backOffMs }, ...(until > 0 && { until }) };
  }
  if (imageReasons.has(reason)) return { cause: { kind: 'ImageBackOff', image: spec.image ?? '', reason, message } };
  return { cause: { kind: 'StartError', reason, message } };
}

/** Reasons of containers whose image could not be had: pkg/kubelet/images of Kubernetes. */
const imageReasons = new Set([
  ...['ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName', 'ImageInspectError', 'RegistryUnavailable'],
  'SignatureValidationFailed',
]);

/** What it waits for before it is its turn. */
function gateOf(index: number, { pod, members, facts }: Scene): WaitCause | undefined {
  const hasBegun = members.some(({ status, facts: { image } }) => image !== undefined || (status && hasStarted(status)));
  if (!hasBegun) {
    const gate = podGate(pod, facts);
    if (gate) return gate;
  }
  const member = members[index];
  if (member?.role === 'ephemeral') return undefined;
  for (const before of members.slice(0, index)) {
    const cause = gateAfter(before, member?.role === 'main');
    if (cause) return cause;
  }
  return undefined;
}

function podGate({ status: { conditions = [] } }: Pod, { obstacle }: PodFacts): WaitCause | undefined {
  const find = (name: string) => conditions.find(({ type }) => type === name);
  const scheduled = find('PodScheduled');
  if (scheduled?.status === 'False') return { kind: 'Sandbox', message: scheduled.message ?? scheduled.reason ?? 'not scheduled' };
  // Before 1.29 there is no such condition.
  const hasSandbox = scheduled !== undefined && find('PodReadyToStartContainers')?.status !== 'False';
  return hasSandbox ? undefined : (obstacle ?? { kind: 'Sandbox' });
}

/** Whether a container before it still holds it back. */
function gateAfter({ role, spec, status, facts }: Member, isMain: boolean): WaitCause | undefined {
  const of = spec.name;
  const runs = status !== undefined && isRunning(status);
  if (role === 'init') return status?.state?.terminated?.exitCode === 0 ? undefined : { kind: 'InitCompletion', of };
  if (role === 'sidecar') {
    if (!runs) return { kind: 'SidecarRunning', of };
    return status.started ? undefined : (ownGate(spec, facts) ?? { kind: 'SidecarRunning', of });
  }
  if (!isMain) return undefined;
  if (runs) {
    if (facts.startedAt === undefined) return undefined;
    return spec.lifecycle?.postStart ? { kind: 'PostStart', of } : { kind: 'StartOrder', of };
  }
  return status?.state?.terminated || !isInitialReason(status?.state?.waiting?.reason) ? undefined : { kind: 'StartOrder', of };
}

function ownStart({ spec, facts }: Member): WaitCause {
  return facts.image === 'pulling' ? { kind: 'ImagePull', image: spec.image ?? '' } : { kind: 'Starting' };
}

function causeWhileRunning(member: Member, index: number, scene: Scene): Found | undefined {
  const { role, spec, status, facts } = member;
  if (isEnding(member, scene)) return causeOfEnding(member, index, scene);
  if (status?.started === false) {
    const cause = ownGate(spec, facts);
    if (cause) return { cause };
  }
  if (role === 'init' || status?.ready !== false) return undefined;
  if (!spec.readinessProbe && facts.failures.readiness === 0) return undefined;
  return { cause: { kind: 'ReadinessProbe', of: spec.name, failures: facts.failures.readiness } };
}

/** What keeps a running container from having started, as the API means it. */
function ownGate({ name, startupProbe, lifecycle }: ContainerSpec, { failures, startedAt }: ContainerFacts): WaitCause | undefined {
  if (lifecycle?.postStart && startedAt !== undefined) return { kind: 'PostStart', of: name };
  if (startupProbe || failures.startup > 0) {
    const failureThreshold = startupProbe?.failureThreshold ?? 3;
    return { kind: 'StartupProbe', of: name, failures: failures.startup, failureThreshold };
  }
  return lifecycle?.postStart ? { kind: 'PostStart', of: name } : undefined;
}

function isEnding({ facts }: Member, { pod }: Scene): boolean {
  return facts.kill !== undefined || pod.metadata.deletionTimestamp !== undefined;
}

function causeOfEnding({ role, spec, facts }: Member, index: number, { pod, members, now }: Scene): Found {
  const { deletionTimestamp } = pod.metadata;
  const { terminationGracePeriodSeconds: graceSeconds } = pod.spec;
  const killedAt = facts.kill?.time ?? now;
  const until = deletionTimestamp === undefined ? killedAt + graceSeconds * 1000 : Date.parse(deletionTimestamp);
  const isPodEnding = deletionTimestamp !== undefined || isStoppedForGood(facts);
  const before = members.filter(
    ({ role: other, status }, at) => at > index && (other === 'sidecar' || other === 'main') && status && isRunning(status),
  );
  if (role === 'sidecar' && isPodEnding && before.length > 0) {
    return { cause: { kind: 'TerminationOrder', of: before.map((other) => other.spec.name) }, until };
  }
  // The end of other hooks shows nowhere.
  const hookMs = (spec.lifecycle?.preStop?.sleep?.seconds ?? 0) * 1000;
  if (now < killedAt + hookMs) return { cause: { kind: 'PreStop' }, until: killedAt + hookMs };
  return { cause: { kind: 'Grace' }, until };
}

function hasStarted({ state, restartCount }: ContainerStatus): boolean {
  return state?.running !== undefined || state?.terminated !== undefined || restartCount > 0;
}

/** `2m40s` of the kubelet's messages in milliseconds; 0 for anything else. */
function parseGoDuration(text: string): number {
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  return [...text.matchAll(/([\d.]+)(ms|h|m|s)/g)].reduce((sum, [, number, unit]) => sum + Number(number) * (units[unit ?? ''] ?? 0), 0);
}
