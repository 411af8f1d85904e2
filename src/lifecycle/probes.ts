import type { ProbeFinished } from './observation.ts';
import { act, wake, warning } from './pass.ts';
import type { Pass } from './pass.ts';
import { isRunning, isShownRunning, isStarted } from './state.ts';
import type { ContainerTrack, PodState, ProbeWorker } from './state.ts';
import type { ProbeKind } from './action.ts';
import type { Container, ContainerStatus } from '../pod/types.ts';

const titles: Record<ProbeKind, string> = { startup: 'Startup', readiness: 'Readiness', liveness: 'Liveness' };

/** What the kubelet takes a result for before the first attempt (kubelet-lifecycle 4.3). */
const initialResults = { startup: 'unknown', readiness: 'failure', liveness: 'success' } as const;

/** How long the kubelet may take to see that a container ended; until then it goes on probing it. */
const relistMs = 1000;

/** The workers of a container: one for each kind of probe that it has; they live as long as the Pod. */
export function probeWorkers(container: Container): ProbeWorker[] {
  const workers: ProbeWorker[] = [];
  for (const kind of ['startup', 'readiness', 'liveness'] as const) {
    const probe = container[`${kind}Probe`];
    if (probe === undefined) continue;
    workers.push({
      kind,
      probe,
      containerID: '',
      result: initialResults[kind],
      lastOutcome: undefined,
      run: 0,
      onHold: false,
      inFlight: false,
      early: false,
      tickBase: 0,
      nextTickAt: 0,
    });
  }
  return workers;
}

/** A new instance runs: old results are dropped; the counts of consecutive outcomes are not. */
export function beginProbes(pass: Pass, track: ContainerTrack): void {
  pass.state.dirty = true;
  for (const worker of track.probes) {
    worker.containerID = track.record?.id ?? '';
    worker.result = initialResults[worker.kind];
    worker.onHold = false;
    worker.inFlight = false;
    worker.tickBase = worker.kind === 'readiness' ? pass.now : pass.state.volumes.mountedAt;
    scheduleFirst(pass, track, worker);
  }
}

/** A container that was taken over: what was published of it holds until its probes say otherwise (kubelet-lifecycle 4.3). */
export function resumeProbes(track: ContainerTrack, shown: Pick<ContainerStatus, 'started' | 'ready'> | undefined, now: number): void {
  const { id = '', startedAt = now } = track.record ?? {};
  for (const worker of track.probes) {
    worker.containerID = id;
    worker.tickBase = now;
    worker.nextTickAt = Math.max(now, startedAt + (worker.probe.initialDelaySeconds ?? 0) * 1000);
    if (worker.kind === 'startup' && shown?.started === true) Object.assign(worker, { result: 'success', onHold: true });
    if (worker.kind === 'readiness' && shown?.ready === true) worker.result = 'success';
  }
}

/**
 * Makes every attempt that is due. Ticks are aligned to the worker's beginning, not to the container's start: on a kubelet
 * they fall anywhere into a period after it, here into its middle. So that nobody waits for a tick, startup and readiness are
 * looked at once as soon as the initial delay is over; a failure of that early look does not count and is not told.
 */
export function tickProbes(pass: Pass): void {
  for (const track of pass.state.containers) {
    for (const worker of track.probes) {
      if (!isActive(pass.state, track, worker) || worker.inFlight) continue;
      if (worker.nextTickAt > pass.now) {
        wake(pass, worker.nextTickAt);
        continue;
      }
      worker.inFlight = true;
      worker.nextTickAt = tickAfter(worker, pass.now);
      act(pass, { type: 'RunProbe', kind: worker.kind, container: track.name, containerID: worker.containerID, probe: worker.probe });
    }
  }
}

export function probeFinished(pass: Pass, track: ContainerTrack, finished: ProbeFinished): void {
  const worker = track.probes.find((candidate) => candidate.kind === finished.kind);
  if (worker === undefined || worker.containerID !== finished.containerID || !worker.inFlight) return;
  const { early } = worker;
  worker.inFlight = false;
  worker.early = false;
  if (!isShownRunning(track) || worker.onHold || (early && finished.result !== 'success')) return;
  reportOutcome(pass, track, worker, finished);
  if (finished.result === 'unknown') return;
  const outcome = finished.result === 'failure' ? 'failure' : 'success';
  worker.run = worker.lastOutcome === outcome ? worker.run + 1 : 1;
  worker.lastOutcome = outcome;
  const threshold = outcome === 'success' ? worker.probe.successThreshold : worker.probe.failureThreshold;
  if (worker.run < threshold) return;
  if (worker.result !== outcome) pass.state.dirty = true;
  worker.result = outcome;
  if (worker.kind === 'startup' || (worker.kind === 'liveness' && outcome === 'failure')) {
    worker.onHold = true;
    worker.run = 0;
  }
  if (worker.kind === 'startup' && outcome === 'success') startOthers(pass, track);
}

/**
 * A running container ends (called while it still counts as running). The kubelet notices that up to a second late, and its
 * workers, which do not know, still make the attempt that falls into that second: it errors, and people see the event.
 * A Pod that is taken down shows nothing before all its containers have ended: see `tickMissedProbes`.
 */
export function missedProbes(pass: Pass, track: ContainerTrack): void {
  const { state, now } = pass;
  const { termination } = state;
  const killedAlone = track.stop !== undefined && termination === undefined;
  for (const worker of track.probes) {
    const active = isActive(state, track, worker) && !killedAlone;
    if (active && termination !== undefined && termination.cause !== 'completed') {
      worker.inFlight = false;
      continue;
    }
    if (active && (worker.inFlight || worker.nextTickAt <= now + relistMs)) reportMissed(pass, track, worker);
    worker.containerID = '';
  }
}

/** The attempts on ended containers of a Pod that is being taken down while others still run. */
export function tickMissedProbes(pass: Pass): void {
  // How long the sandbox takes to stop is an accident of the engine.
  if (!pass.state.containers.some(isRunning)) return;
  for (const track of pass.state.containers) {
    if (track.record?.state !== 'exited') continue;
    for (const worker of track.probes) {
      if (worker.containerID !== track.record.id) continue;
      if (worker.nextTickAt > pass.now) {
        wake(pass, worker.nextTickAt);
        continue;
      }
      worker.containerID = '';
      reportMissed(pass, track, worker);
    }
  }
}

function reportMissed(pass: Pass, track: ContainerTrack, worker: ProbeWorker): void {
  warning(
    pass,
    'Unhealthy',
    `${titles[worker.kind]} probe errored and resulted in unknown state: container ${track.name} is not running`,
    track,
  );
}

function reportOutcome(pass: Pass, track: ContainerTrack, worker: ProbeWorker, { result, output }: ProbeFinished): void {
  const title = titles[worker.kind];
  if (result === 'failure') warning(pass, 'Unhealthy', `${title} probe failed: ${output}`, track);
  if (result === 'unknown') warning(pass, 'Unhealthy', `${title} probe errored and resulted in unknown state: ${output}`, track);
  if (result === 'warning') warning(pass, 'ProbeWarning', `${title} probe warning: ${output}`, track);
}

/** The startup probe passed: the other workers begin. */
function startOthers(pass: Pass, track: ContainerTrack): void {
  for (const worker of track.probes) {
    if (worker.kind === 'startup') continue;
    if (worker.kind === 'readiness') worker.tickBase = pass.now;
    scheduleFirst(pass, track, worker);
  }
}

function isActive(state: PodState, track: ContainerTrack, worker: ProbeWorker): boolean {
  if (worker.onHold || worker.containerID !== track.record?.id || !isShownRunning(track)) return false;
  if (state.termination !== undefined && worker.kind !== 'readiness') return false;
  return (worker.kind === 'startup') !== isStarted(track);
}

function scheduleFirst(pass: Pass, track: ContainerTrack, worker: ProbeWorker): void {
  const startedAt = track.record?.startedAt ?? pass.now;
  const allowedAt = Math.max(pass.now, startedAt + (worker.probe.initialDelaySeconds ?? 0) * 1000);
  worker.early = worker.kind !== 'liveness';
  worker.nextTickAt = worker.early ? allowedAt : tickAfter(worker, allowedAt - 1);
}

/** A tick that comes while an attempt is under way is kept, further ones are lost, as with Go's ticker. */
function tickAfter(worker: ProbeWorker, time: number): number {
  const periodMs = worker.probe.periodSeconds * 1000;
  const first = worker.tickBase + periodMs / 2;
  return first + Math.max(0, Math.floor((time - first) / periodMs) + 1) * periodMs;
}
