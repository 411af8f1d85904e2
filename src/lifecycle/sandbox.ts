import { act, normal, wake, warning } from './pass.ts';
import type { Pass } from './pass.ts';
import { areRegularDone } from './regular-containers.ts';
import { runtimeChanged } from './start-container.ts';
import { initEntries } from './state.ts';
import type { PodState } from './state.ts';
import { beginTermination } from './termination.ts';

const retryMs = 10_000;

/** Mounts the volumes and starts the sandbox; true once containers may be started in it. */
export function ensureSandbox(pass: Pass): boolean {
  const { state, now } = pass;
  const { volumes, sandbox } = state;
  if (volumes.phase === 'unmounted') {
    if (now < volumes.retryAt) wake(pass, volumes.retryAt);
    else {
      volumes.phase = 'mounting';
      act(pass, { type: 'MountVolumes' });
    }
  }
  if (volumes.phase !== 'mounted') return false;
  if (sandbox.phase === 'none') {
    if (now < sandbox.retryAt) wake(pass, sandbox.retryAt);
    else {
      sandbox.phase = 'starting';
      act(pass, { type: 'RunPodSandbox', attempt: sandbox.attempt });
    }
  }
  return sandbox.phase === 'ready';
}

export function volumesFailed(pass: Pass, message: string): void {
  const { volumes } = pass.state;
  volumes.phase = 'unmounted';
  volumes.message = message;
  volumes.retryAt = pass.now + retryMs;
  warning(pass, 'FailedMount', message);
}

export function sandboxRunning(pass: Pass, id: string, ips: readonly string[], hostIPs: readonly string[]): void {
  const { sandbox } = pass.state;
  if (sandbox.phase !== 'starting') return;
  Object.assign(sandbox, { phase: 'ready', id, ips, hostIPs, message: undefined });
  runtimeChanged(pass);
}

export function sandboxFailed(pass: Pass, message: string): void {
  const { sandbox, deletion } = pass.state;
  if (sandbox.phase !== 'starting') return;
  Object.assign(sandbox, { phase: 'none', message, retryAt: pass.now + retryMs });
  if (deletion === undefined) warning(pass, 'FailedCreatePodSandBox', `Failed to create pod sandbox: ${message}`);
}

/**
 * The sandbox is gone, and with it everything that ran. A new one is made, and all init containers run again in it, unless
 * the Pod may not run again or has nothing left to run (kubelet-lifecycle 2.2).
 */
export function sandboxLost(pass: Pass, id: string): void {
  const { state } = pass;
  const { sandbox } = state;
  if (sandbox.phase !== 'ready' || sandbox.id !== id) return;
  state.dirty = true;
  sandbox.phase = 'stopped';
  sandbox.attempt += 1;
  sandbox.ips = [];
  for (const track of state.containers) {
    track.start = undefined;
    track.stop = undefined;
    if (track.record?.state === 'running' || track.record?.state === 'created') track.record = { ...track.record, state: 'unknown' };
  }
  if (state.termination !== undefined) return;
  normal(pass, 'SandboxChanged', 'Pod sandbox changed, it will be killed and re-created.');
  if (!needsNewSandbox(state)) return beginTermination(pass, 'completed');
  sandbox.phase = 'none';
  sandbox.retryAt = 0;
  state.restartAll = undefined;
  for (const track of initEntries(state)) {
    if (track.record === undefined) continue;
    track.last = track.record.exit ?? track.last;
    act(pass, { type: 'RemoveContainer', container: track.name, containerID: track.record.id });
    track.record = undefined;
    track.startError = undefined;
  }
}

function needsNewSandbox(state: PodState): boolean {
  const anyRecord = state.containers.some((track) => track.record !== undefined);
  if (state.pod.spec.restartPolicy === 'Never' && anyRecord) return false;
  return !areRegularDone(state);
}
