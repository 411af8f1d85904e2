import type { Pod } from '../pod/types.ts';
import { ephemeralTrack } from './container-track.ts';
import type { Pass } from './pass.ts';

/** Takes over what may change of a running Pod's spec: images, the deadline, further ephemeral containers (kubelet-lifecycle 10). */
export function updatePod(pass: Pass, pod: Pod): void {
  const { state } = pass;
  state.pod = pod;
  state.dirty = true;
  const { initContainers = [], containers, ephemeralContainers = [] } = pod.spec;
  const specs = [...initContainers, ...containers];
  for (const track of state.containers) {
    const spec = specs.find(({ name }) => name === track.name);
    if (spec === undefined) continue;
    if (spec.image !== track.spec.image) {
      // Another image is another back-off, and what its predecessor could not start with says nothing about it.
      track.backOff = undefined;
      track.startError = undefined;
    }
    track.spec = spec;
  }
  const added = ephemeralContainers.filter(({ name }) => state.containers.every((track) => track.name !== name));
  state.containers.push(...added.map(ephemeralTrack));
}
