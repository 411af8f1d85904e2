import { advanceTermination, beginTermination, deadlineMessage, reportDeadline } from './termination.ts';
import { planInit } from './init-containers.ts';
import type { KillCause } from './init-containers.ts';
import { wake } from './pass.ts';
import type { Pass } from './pass.ts';
import { tickMissedProbes, tickProbes } from './probes.ts';
import { areRegularDone, isToBeStarted, planRegular } from './regular-containers.ts';
import { advanceRestartAll, requestRestartAll } from './restart-all.ts';
import { ensureSandbox } from './sandbox.ts';
import { admitStart, startContainer } from './start-container.ts';
import type { ContainerTrack, PodState } from './state.ts';
import { terminationGraceSeconds } from './grace.ts';
import { advanceStop, stopContainer } from './stop-container.ts';

/** What is to be done now, from the state alone: the kubelet's computePodActions. */
export function decide(pass: Pass): void {
  const { state } = pass;
  checkDeadline(pass);
  if (state.termination === undefined) {
    if (state.restartAll !== undefined) advanceRestartAll(pass);
    else if (ensureSandbox(pass)) decideContainers(pass);
  }
  if (state.termination === undefined) for (const track of state.containers) advanceStop(pass, track);
  else advanceTermination(pass);
  if (state.finished) return;
  tickProbes(pass);
  tickMissedProbes(pass);
}

function decideContainers(pass: Pass): void {
  const { state } = pass;
  if (areRegularDone(state)) return beginTermination(pass, 'completed');
  const init = planInit(state);
  if (init.failed !== undefined) return beginTermination(pass, 'failed');
  startEphemeral(pass);
  for (const { track, cause } of init.kill) killAndRestart(pass, track, cause, true);
  const regular = init.initialized ? planRegular(state) : undefined;
  if (regular?.completed === true) return beginTermination(pass, 'completed');
  for (const track of init.start) {
    // The other way of failing: once the back-off of the failed init container is over, all containers begin again.
    const restartsPod = state.options.initFailure === 'restart-pod' && track.kind === 'init' && track.record?.state === 'exited';
    if (!restartsPod) startContainer(pass, track);
    else if (admitStart(pass, track)) requestRestartAll(pass, track);
  }
  for (const { track, cause, restart } of regular?.kill ?? []) killAndRestart(pass, track, cause, restart);
  for (const track of regular?.start ?? []) {
    if (track.record !== undefined || orderPredecessor(state, track) === undefined) startContainer(pass, track);
  }
}

/** Once each, as soon as there is a sandbox and whatever the other containers do (kubelet-lifecycle 2.3). */
function startEphemeral(pass: Pass): void {
  for (const track of pass.state.containers) {
    if (track.kind === 'ephemeral' && isToBeStarted(pass.state, track)) startContainer(pass, track);
  }
}

/**
 * On first start, regular containers start one at a time: each after the image pull and the postStart hook of the one before
 * it (kubelet-lifecycle 2.3). Restarts wait for nobody.
 */
export function orderPredecessor(state: PodState, track: ContainerTrack): ContainerTrack | undefined {
  const index = state.containers.indexOf(track);
  return state.containers.find((other, i) => i < index && other.kind === 'regular' && other.start !== undefined);
}

function killAndRestart(pass: Pass, track: ContainerTrack, cause: KillCause, restart: boolean): void {
  if (track.record === undefined || track.stop !== undefined) return;
  track.record.restartAfterKill = restart;
  if (track.record.state === 'unknown') return;
  const probe = cause === 'startup' ? track.spec.startupProbe : cause === 'liveness' ? track.spec.livenessProbe : undefined;
  const own = pass.state.deletion === undefined ? probe?.terminationGracePeriodSeconds : undefined;
  const graceSeconds = own ?? terminationGraceSeconds(pass.state);
  stopContainer(pass, track, { graceSeconds, ordered: false, message: killMessage(track, cause, restart) });
}

function killMessage(track: ContainerTrack, cause: KillCause, restart: boolean): string {
  const what = {
    startup: 'failed startup probe',
    liveness: 'failed liveness probe',
    definition: 'definition changed',
    unknown: 'is in unknown state',
  }[cause];
  if (track.kind !== 'regular') return `Init container ${track.name} ${what}`;
  return `Container ${track.name} ${what}${restart ? ', will be restarted' : ''}`;
}

function checkDeadline(pass: Pass): void {
  const { state, now } = pass;
  const seconds = state.pod.spec.activeDeadlineSeconds;
  if (seconds === undefined || state.termination !== undefined) return;
  const deadline = state.startTime + seconds * 1000;
  if (now < deadline) return wake(pass, deadline);
  state.failure = { reason: 'DeadlineExceeded', message: deadlineMessage };
  reportDeadline(pass);
  beginTermination(pass, 'deadline');
}
