import { containerExited } from './container-exit.ts';
import type { Observation } from './observation.ts';
import { wake } from './pass.ts';
import type { Pass } from './pass.ts';
import { probeFinished } from './probes.ts';
import { sandboxFailed, sandboxLost, sandboxRunning, volumesFailed } from './sandbox.ts';
import {
  containerCreated,
  containerStarted,
  createFailed,
  imageFailed,
  imagePulling,
  imageReady,
  postStartFinished,
  startFailed,
} from './start-container.ts';
import { trackOf } from './state.ts';
import { preStopFinished } from './stop-container.ts';
import { evict, requestDeletion } from './termination.ts';
import { updatePod } from './update-pod.ts';

/** Takes one happening into the state. Answers that come too late (of an attempt that was given up) change nothing. */
export function observe(pass: Pass, observation: Observation): void {
  const { state, now } = pass;
  if (state.finished) return;
  switch (observation.type) {
    case 'VolumesMounted':
      Object.assign(state.volumes, { phase: 'mounted', message: undefined, mountedAt: now });
      return;
    case 'VolumesFailed':
      return volumesFailed(pass, observation.message);
    case 'SandboxRunning':
      return sandboxRunning(pass, observation.id, observation.ips, observation.hostIPs);
    case 'SandboxFailed':
      return sandboxFailed(pass, observation.message);
    case 'SandboxLost':
      return sandboxLost(pass, observation.id);
    case 'SandboxStopped':
      Object.assign(state.sandbox, { phase: 'stopped', ips: [] });
      state.dirty = true;
      return;
    case 'DeletionRequested':
      return requestDeletion(pass, observation.graceSeconds);
    case 'PodUpdated':
      return updatePod(pass, observation.pod);
    case 'Evicted':
      return evict(pass, observation.message);
    default:
      break;
  }
  const track = trackOf(state, observation.container);
  switch (observation.type) {
    case 'ImagePulling':
      return imagePulling(pass, track, observation.missingPullSecrets);
    case 'ImageReady':
      return imageReady(pass, track, observation);
    case 'ImageFailed':
      return imageFailed(pass, track, observation.reason, observation.message);
    case 'ContainerCreated':
      return containerCreated(pass, track, observation);
    case 'CreateFailed':
      return createFailed(pass, track, observation.reason, observation.message);
    case 'ContainerStarted':
      return containerStarted(pass, track, observation.containerID, observation.at);
    case 'StartFailed':
      return startFailed(pass, track, observation);
    case 'ContainerExited':
      return containerExited(pass, track, observation);
    case 'ContainerRemoved':
      return wake(pass, now);
    case 'HookFinished':
      return observation.hook === 'postStart' ? postStartFinished(pass, track, observation) : preStopFinished(pass, track, observation);
    case 'ProbeFinished':
      return probeFinished(pass, track, observation);
  }
}
