import type { Container, ContainerStateTerminated, Pod, PodStatus, Probe, VolumeMount } from '../pod/types.ts';
import type { ProbeKind } from './action.ts';
import type { ContainerExited } from './observation.ts';
import type { BackOff, BackOffLimits } from './back-off.ts';

/**
 * Everything the core knows of one Pod: plain data, so that it can be copied, stored and compared. Only `step` writes it.
 * Times are milliseconds since the epoch.
 */
export interface PodState {
  pod: Pod;
  readonly options: LifecycleOptions;
  /** How many steps were taken: tells what a later step may build on what was shown in between. */
  pass: number;
  /** status.startTime; the deadline counts from it. */
  readonly startTime: number;
  volumes: Volumes;
  sandbox: Sandbox;
  /** Entries of initContainers, then those of containers, then those of ephemeralContainers, each in spec order. */
  readonly containers: ContainerTrack[];
  readonly imageBackOffs: Record<string, BackOff>;
  /** When the kubelet's next look at the runtime would find the latest change; failed starts are tried again then. */
  relistAt: number;
  /** Observed, and taken in by the next step. */
  readonly deferred: ContainerExited[];
  /** Of a Pod that was supervised before: what the first step has to do. */
  resume: Resume | undefined;
  deletion: { requestedAt: number; graceSeconds: number } | undefined;
  termination: Termination | undefined;
  restartAll: RestartAll | undefined;
  /** Set by deadline and eviction: overrides the phase with Failed. */
  failure: { reason: string; message: string } | undefined;
  /** All containers ended, the sandbox is stopped, the phase is terminal: nothing happens any more. */
  finished: boolean;
  /** Of the Pod as it was created; it never changes. */
  readonly qosClass: string;
  /** The status as published last. */
  status: PodStatus;
  /** Something that the status shows may have changed since. */
  dirty: boolean;
}

export interface LifecycleOptions {
  /** What a failing init container leads to: its own restart (the kubelet), or all containers again. */
  readonly initFailure: 'restart' | 'restart-pod';
  readonly crashLoopBackOff: BackOffLimits;
  readonly imageBackOff: BackOffLimits;
  /** The container runtime's name, the scheme of container IDs. */
  readonly runtimeName: string;
  /** The minor version of Kubernetes 1 whose wording and conditions are shown. */
  readonly kubernetesMinor: number;
}

export interface Resume {
  /** The sandbox ended while nobody supervised the Pod. */
  readonly isLost: boolean;
  /** Containers that were to be removed. */
  readonly obsolete: readonly { readonly container: string; readonly containerID: string }[];
}

export interface Volumes {
  phase: 'unmounted' | 'mounting' | 'mounted';
  /** The last failure. */
  message: string | undefined;
  retryAt: number;
  /** When the Pod's probe workers began to tick. */
  mountedAt: number;
}

export interface Sandbox {
  phase: 'none' | 'starting' | 'ready' | 'stopping' | 'stopped';
  id: string;
  attempt: number;
  ips: readonly string[];
  hostIPs: readonly string[];
  message: string | undefined;
  retryAt: number;
}

export interface ContainerTrack {
  readonly name: string;
  readonly kind: 'init' | 'sidecar' | 'regular' | 'ephemeral';
  /** `spec.initContainers{NAME}`, `spec.containers{NAME}` or `spec.ephemeralContainers{NAME}`. */
  readonly fieldPath: string;
  spec: Container;
  /** The container whose processes an ephemeral one is to see. */
  readonly target: string | undefined;
  /** The runtime's newest record of it. */
  record: ContainerRecord | undefined;
  /** How the instance before ended (lastState). */
  last: ContainerStateTerminated | undefined;
  /** End of the exited record before the newest: what a restart in the same pass as a kill is measured from. */
  previousFinishedAt: number | undefined;
  /** As the status shows it; never falls. */
  restartCount: number;
  /** How many instances were ever created: the restartCount of the next one. */
  instances: number;
  start: StartAttempt | undefined;
  /** Why the last attempt to start failed (the kubelet's reason cache). */
  startError: StartError | undefined;
  /** Restarts: kubelet-lifecycle 3.2. */
  backOff: BackOff | undefined;
  stop: Stop | undefined;
  readonly probes: ProbeWorker[];
  /** Set while RestartAllContainers has removed it and nothing was shown since. */
  restartingAll: boolean;
}

export interface ContainerRecord {
  id: string;
  /** The sandbox that it was created in. */
  sandboxID: string;
  state: 'created' | 'running' | 'exited' | 'unknown';
  restartCount: number;
  /** The image as the spec had it: a difference is a changed definition. */
  specImage: string;
  image: string;
  imageID: string;
  startedAt: number;
  /** The step in which it was seen running, and the one in which it was seen ended. */
  runningPass: number;
  exitPass: number;
  exit: ContainerStateTerminated | undefined;
  finishedAt: number;
  /** Killed for a probe or a new definition, to be started again whatever its exit code is. */
  restartAfterKill: boolean;
  volumeMounts?: readonly VolumeMount[] | undefined;
  user?: { readonly linux: { readonly uid: number; readonly gid: number; readonly supplementalGroups?: readonly number[] } } | undefined;
}

export interface StartAttempt {
  step: 'image' | 'create' | 'start' | 'postStart' | 'postStartFailed';
  readonly since: number;
  /** What the spec asked for when the attempt began. */
  readonly specImage: string;
  pulling: boolean;
  image: string;
  imageID: string;
}

export interface StartError {
  readonly reason: string;
  readonly message: string;
  readonly at: number;
  /** When it is tried again. */
  retryAt: number;
  /** The first step whose status shows it: how the container ended is shown before. */
  readonly shownFromPass: number;
}

/** The stop of one container: kubelet-lifecycle 6.2. */
export interface Stop {
  stage: 'preStop' | 'turn' | 'signalled';
  /** What is left of the grace period at the beginning of this stage, in whole seconds. */
  graceSeconds: number;
  stageSince: number;
  /** When SIGKILL follows; only in stage `signalled`. */
  killAt: number;
  /** Whether sidecars wait for their turn. */
  readonly ordered: boolean;
}

export interface Termination {
  readonly cause: 'deleted' | 'completed' | 'failed' | 'deadline' | 'evicted';
  readonly startedAt: number;
  graceSeconds: number;
  /** All containers have ended; the sandbox is being stopped. */
  containersStopped: boolean;
}

export interface RestartAll {
  stage: 'stopping' | 'removing' | 'shown';
  readonly startedAt: number;
  /** Containers whose exit matched the rule: they are removed last. */
  readonly sources: readonly string[];
}

export interface ProbeWorker {
  readonly kind: ProbeKind;
  readonly probe: Probe;
  /** The instance that the fields below are about. */
  containerID: string;
  result: 'success' | 'failure' | 'unknown';
  lastOutcome: 'success' | 'failure' | undefined;
  /** How many times in a row `lastOutcome` came. */
  run: number;
  onHold: boolean;
  inFlight: boolean;
  /** The next attempt, or the one under way, is the early look: only its success counts. */
  early: boolean;
  /** Ticks are at `tickBase` + n and a half periods. */
  tickBase: number;
  nextTickAt: number;
}

/** The containers of one kind, in spec order. */
export function initEntries(state: PodState): ContainerTrack[] {
  return state.containers.filter((track) => track.kind === 'init' || track.kind === 'sidecar');
}

export function regularEntries(state: PodState): ContainerTrack[] {
  return state.containers.filter((track) => track.kind === 'regular');
}

/** All containers but those that were only added to look at the others. */
export function lastingEntries(state: PodState): ContainerTrack[] {
  return state.containers.filter((track) => track.kind !== 'ephemeral');
}

export function trackOf(state: PodState, name: string): ContainerTrack {
  const track = state.containers.find((candidate) => candidate.name === name);
  if (track === undefined) throw new Error(`no container named ${name} in Pod ${state.pod.metadata.name}`);
  return track;
}

export function isRunning(track: ContainerTrack): boolean {
  return track.record?.state === 'running';
}

/** Whether the postStart hook of the running instance is done: until then the API does not show it as running. */
export function isShownRunning(track: ContainerTrack): boolean {
  return isRunning(track) && track.start === undefined;
}

/** `started` of the API: running, hook done, startup probe passed (kubelet-lifecycle 4.4). */
export function isStarted(track: ContainerTrack): boolean {
  if (!isShownRunning(track)) return false;
  const startup = track.probes.find((worker) => worker.kind === 'startup');
  return startup === undefined || startup.result === 'success';
}

export function isReady(track: ContainerTrack): boolean {
  if (!isStarted(track)) return false;
  const readiness = track.probes.find((worker) => worker.kind === 'readiness');
  return readiness === undefined || readiness.result === 'success';
}

/** An init container that ended well; OOMKilled counts as a failure even with exit code 0. */
export function hasSucceeded(track: ContainerTrack): boolean {
  const exit = track.record?.exit;
  return exit?.exitCode === 0 && exit.reason !== 'OOMKilled';
}
