import type { ContainerCreated, HookFinished, ImageReady, StartFailed } from './observation.ts';
import { apiTime } from './api-time.ts';
import { advanceBackOff, backOffUntil } from './back-off.ts';
import { goDuration } from '../pod/go-duration.ts';
import { act, normal, podFullName, wake, warning } from './pass.ts';
import type { Pass } from './pass.ts';
import { beginProbes } from './probes.ts';
import type { ContainerRecord, ContainerTrack } from './state.ts';
import { stopContainer } from './stop-container.ts';
import { terminationGraceSeconds } from './grace.ts';

/** Sync errors are retried after this long; sooner when the runtime changed meanwhile (kubelet-lifecycle 2.8). */
const retryMs = 10_000;

/**
 * Starts a container, or says by `startError` why it is held back. The attempt is image, create, start, postStart; each is
 * one action whose answer leads on.
 */
export function startContainer(pass: Pass, track: ContainerTrack): void {
  if (!admitStart(pass, track)) return;
  if (track.record?.state === 'created') return startCreated(pass, track, track.record);
  track.start = { step: 'image', since: pass.now, specImage: track.spec.image, pulling: false, image: '', imageID: '' };
  act(pass, { type: 'EnsureImage', container: track.name });
}

/** The supervisor died between the creation and the start: the attempt goes on where it was. */
function startCreated(pass: Pass, track: ContainerTrack, { id, specImage, image, imageID }: ContainerRecord): void {
  track.start = { step: 'start', since: pass.now, specImage, pulling: false, image, imageID };
  act(pass, { type: 'StartContainer', container: track.name, containerID: id });
}

/** Whether an attempt may be made now; one that may counts for the back-off. */
export function admitStart(pass: Pass, track: ContainerTrack): boolean {
  if (track.start !== undefined || track.stop !== undefined) return false;
  if (heldBackByCrashLoop(pass, track) || heldBackByImage(pass, track) || heldBackByError(pass, track)) return false;
  const since = restartMeasuredFrom(track);
  if (since !== undefined) track.backOff = advanceBackOff(track.backOff, pass.state.options.crashLoopBackOff, since, pass.now);
  return true;
}

export function imagePulling(pass: Pass, track: ContainerTrack, missingPullSecrets: readonly string[] = []): void {
  if (track.start?.step !== 'image' || track.start.pulling) return;
  track.start.pulling = true;
  if (missingPullSecrets.length > 0) {
    const names = missingPullSecrets.join(', ');
    const message = `Unable to retrieve some image pull secrets (${names}); attempting to pull the image may not succeed.`;
    warning(pass, 'FailedToRetrieveImagePullSecret', message);
  }
  normal(pass, 'Pulling', `Pulling image "${track.start.specImage}"`, track);
}

export function imageReady(pass: Pass, track: ContainerTrack, ready: ImageReady): void {
  if (track.start?.step !== 'image') return;
  const image = track.start.specImage;
  if (ready.alreadyPresent) {
    normal(
      pass,
      'Pulled',
      `Container image "${image}" already present on machine${pass.state.options.kubernetesMinor >= 35 ? ' and can be accessed by the pod' : ''}`,
      track,
    );
  } else {
    const took = `${((ready.durationMs ?? 0) / 1000).toFixed(3)}s`;
    normal(
      pass,
      'Pulled',
      `Successfully pulled image "${image}" in ${took} (${took} including waiting). Image size: ${ready.sizeBytes ?? 0} bytes.`,
      track,
    );
  }
  if (image !== track.spec.image) return startAnew(pass, track);
  Object.assign(track.start, { step: 'create', image: ready.image, imageID: ready.imageID });
  const target = track.target === undefined ? undefined : pass.state.containers.find(({ name }) => name === track.target);
  if (track.target !== undefined && target?.record === undefined) {
    return createFailed(pass, track, 'CreateContainerConfigError', `unable to find target container ${track.target}`);
  }
  const targetID = target?.record === undefined ? {} : { targetID: target.record.id };
  act(pass, { type: 'CreateContainer', container: track.name, restartCount: track.instances, ...targetID });
}

export function imageFailed(pass: Pass, track: ContainerTrack, reason: string, message: string): void {
  if (track.start?.step !== 'image') return;
  const image = track.start.specImage;
  if (image !== track.spec.image) return startAnew(pass, track);
  track.start = undefined;
  const { state, now } = pass;
  if (reason === 'ErrImageNeverPull') warning(pass, 'ErrImageNeverPull', message, track);
  else if (reason === 'InvalidImageName' || reason === 'ImageInspectError') warning(pass, 'InspectFailed', message, track);
  else {
    warning(pass, 'Failed', `Failed to pull image "${image}": ${message}`, track);
    const backOff = advanceBackOff(state.imageBackOffs[image], state.options.imageBackOff, now, now);
    state.imageBackOffs[image] = backOff;
    warning(pass, 'Failed', `Error: ${reason}`, track);
    fail(pass, track, reason, message, now + backOff.delayMs);
    wake(pass, now);
    return;
  }
  warning(pass, 'Failed', `Error: ${reason}`, track);
  fail(pass, track, reason, message, retryTime(pass));
}

/** The spec came to name another image while this one was looked for: nothing of it counts. */
function startAnew(pass: Pass, track: ContainerTrack): void {
  track.start = undefined;
  wake(pass, pass.now);
}

export function containerCreated(pass: Pass, track: ContainerTrack, created: ContainerCreated): void {
  if (track.start?.step !== 'create') return;
  const before = track.record;
  if (before?.state === 'exited') {
    track.last = before.exit;
    track.previousFinishedAt = before.finishedAt;
  }
  track.record = {
    id: created.containerID,
    sandboxID: pass.state.sandbox.id,
    state: 'created',
    restartCount: track.instances,
    specImage: track.start.specImage,
    image: track.start.image,
    imageID: track.start.imageID,
    startedAt: 0,
    runningPass: 0,
    exitPass: 0,
    exit: undefined,
    finishedAt: 0,
    restartAfterKill: false,
    volumeMounts: created.volumeMounts,
    user: created.user,
  };
  track.instances += 1;
  track.start.step = 'start';
  normal(pass, 'Created', wording(pass, track, 'created'), track);
  act(pass, { type: 'StartContainer', container: track.name, containerID: created.containerID });
}

export function createFailed(pass: Pass, track: ContainerTrack, reason: string, message: string): void {
  if (track.start?.step !== 'create') return;
  track.start = undefined;
  warning(pass, 'Failed', `Error: ${message}`, track);
  fail(pass, track, reason, message, retryTime(pass));
}

export function containerStarted(pass: Pass, track: ContainerTrack, containerID: string, at: number): void {
  const { record } = track;
  if (record?.id !== containerID || record.state !== 'created') return;
  const { state } = pass;
  record.state = 'running';
  record.startedAt = at;
  record.runningPass = state.pass;
  track.restartCount = Math.max(track.restartCount, record.restartCount);
  track.startError = undefined;
  track.restartingAll = false;
  runtimeChanged(pass);
  normal(pass, 'Started', wording(pass, track, 'started'), track);
  if (state.termination !== undefined || state.restartAll !== undefined) {
    track.start = undefined;
    const graceSeconds = state.termination?.graceSeconds ?? 0;
    stopContainer(pass, track, { graceSeconds, ordered: state.termination !== undefined, message: `Stopping container ${track.name}` });
    return;
  }
  const postStart = track.spec.lifecycle?.postStart;
  if (postStart === undefined || track.start === undefined) {
    track.start = undefined;
    beginProbes(pass, track);
    return;
  }
  track.start.step = 'postStart';
  act(pass, { type: 'RunHook', hook: 'postStart', container: track.name, containerID, handler: postStart, timeoutMs: undefined });
}

/** The runtime could not execute the command: the record has ended without ever running. */
export function startFailed(pass: Pass, track: ContainerTrack, failed: StartFailed): void {
  const { record } = track;
  if (record?.id !== failed.containerID || record.state !== 'created') return;
  record.state = 'exited';
  record.exitPass = pass.state.pass;
  record.finishedAt = failed.at;
  record.exit = {
    exitCode: failed.exitCode,
    reason: 'StartError',
    message: failed.message,
    startedAt: apiTime(0),
    finishedAt: apiTime(failed.at),
    containerID: `${pass.state.options.runtimeName}://${record.id}`,
  };
  track.restartCount = Math.max(track.restartCount, record.restartCount);
  track.start = undefined;
  runtimeChanged(pass);
  warning(pass, 'Failed', `Error: ${failed.message}`, track);
  fail(pass, track, failed.reason, failed.message, retryTime(pass));
  wake(pass, pass.now);
}

export function postStartFinished(pass: Pass, track: ContainerTrack, hook: HookFinished): void {
  if (track.start?.step !== 'postStart' || track.record?.id !== hook.containerID) return;
  if (hook.httpFallback === true)
    warning(pass, 'LifecycleHTTPFallback', 'request to HTTPS lifecycle hook got HTTP response, retry with HTTP succeeded', track);
  if (hook.ok) {
    track.start = undefined;
    beginProbes(pass, track);
    return;
  }
  track.start.step = 'postStartFailed';
  warning(pass, 'FailedPostStartHook', 'PostStartHook failed', track);
  fail(pass, track, 'PostStartHookError', hook.message, pass.now);
  stopContainer(pass, track, { graceSeconds: terminationGraceSeconds(pass.state), ordered: false, message: 'FailedPostStartHook' });
}

/** Something changed in the runtime: what failed to start is tried again when the kubelet would look next, a second later. */
export function runtimeChanged(pass: Pass): void {
  const { state, now } = pass;
  state.dirty = true;
  if (state.relistAt <= now) state.relistAt = now + 1000;
  for (const { startError } of state.containers) {
    if (startError !== undefined && !backsOff(startError.reason)) startError.retryAt = Math.min(startError.retryAt, state.relistAt);
  }
}

/** Until 1.35 the Events named the container. */
function wording(pass: Pass, { name }: ContainerTrack, done: 'created' | 'started'): string {
  if (pass.state.options.kubernetesMinor >= 36) return `Container ${done}`;
  return done === 'created' ? `Created container: ${name}` : `Started container ${name}`;
}

/** What a restart's back-off is measured from; undefined where none applies (nothing of it has ended). */
function restartMeasuredFrom(track: ContainerTrack): number | undefined {
  const { record } = track;
  if (record?.state !== 'exited') return undefined;
  return record.restartAfterKill ? track.previousFinishedAt : record.finishedAt;
}

function heldBackByCrashLoop(pass: Pass, track: ContainerTrack): boolean {
  const { state, now } = pass;
  const { record } = track;
  const since = restartMeasuredFrom(track);
  if (record === undefined || since === undefined) return false;
  const until = backOffUntil(track.backOff, state.options.crashLoopBackOff, since, now);
  if (until === undefined) return false;
  if (record.restartAfterKill) {
    // Only the pass that killed it restarts it regardless of how it ended; from now on its exit counts.
    record.restartAfterKill = false;
    state.dirty = true;
    wake(pass, now);
    return true;
  }
  wake(pass, until);
  if (record.exitPass === state.pass) {
    wake(pass, now);
  } else if (track.startError?.reason !== 'CrashLoopBackOff' || track.startError.at < record.finishedAt) {
    warning(pass, 'BackOff', `Back-off restarting failed container ${track.name} in pod ${podFullName(state)}`, track);
    const delay = goDuration(track.backOff?.delayMs ?? 0);
    fail(
      pass,
      track,
      'CrashLoopBackOff',
      `back-off ${delay} restarting failed container=${track.name} pod=${podFullName(state)}`,
      until,
      state.pass,
    );
  }
  return true;
}

function heldBackByImage(pass: Pass, track: ContainerTrack): boolean {
  const { state, now } = pass;
  const backOff = state.imageBackOffs[track.spec.image];
  const until = backOff === undefined ? undefined : backOffUntil(backOff, state.options.imageBackOff, backOff.advancedAt, now);
  if (until === undefined) return false;
  wake(pass, until);
  const { startError } = track;
  if (startError?.shownFromPass === state.pass) wake(pass, now);
  else if (startError?.reason !== 'ImagePullBackOff') {
    const image = track.spec.image;
    normal(pass, 'BackOff', `Back-off pulling image "${image}"`, track);
    warning(pass, 'Failed', 'Error: ImagePullBackOff', track);
    const original = startError === undefined ? '' : `: ${startError.reason}: ${startError.message}`;
    fail(pass, track, 'ImagePullBackOff', `Back-off pulling image "${image}"${original}`, until, state.pass);
  }
  return true;
}

function heldBackByError(pass: Pass, track: ContainerTrack): boolean {
  if (track.startError === undefined || track.startError.retryAt <= pass.now) return false;
  wake(pass, track.startError.retryAt);
  return true;
}

function fail(
  pass: Pass,
  track: ContainerTrack,
  reason: string,
  message: string,
  retryAt: number,
  shownFromPass: number = pass.state.pass,
): void {
  const ended = track.record?.exitPass === pass.state.pass;
  track.startError = { reason, message, at: pass.now, retryAt, shownFromPass: ended ? pass.state.pass + 1 : shownFromPass };
  pass.state.dirty = true;
  wake(pass, retryAt);
}

function retryTime(pass: Pass): number {
  const { relistAt } = pass.state;
  return relistAt > pass.now ? relistAt : pass.now + retryMs;
}

function backsOff(reason: string): boolean {
  return ['CrashLoopBackOff', 'ImagePullBackOff', 'ErrImagePull', 'RegistryUnavailable', 'SignatureValidationFailed'].includes(reason);
}
