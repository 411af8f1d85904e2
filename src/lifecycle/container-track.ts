import type { Api, Container, PodSpec } from '../pod/types.ts';
import { probeWorkers } from './probes.ts';
import type { ContainerTrack } from './state.ts';

/** A track for every container of a Pod, none of which was started yet. */
export function containerTracks(spec: PodSpec): ContainerTrack[] {
  return [
    ...(spec.initContainers ?? []).map((one) => trackFor(one, one.restartPolicy === 'Always' ? 'sidecar' : 'init')),
    ...spec.containers.map((one) => trackFor(one, 'regular')),
    ...(spec.ephemeralContainers ?? []).map(ephemeralTrack),
  ];
}

/** Only what ephemeral containers may have is looked at: they have no probes, hooks, ports or policy of their own. */
export function ephemeralTrack(ephemeral: Api<'EphemeralContainer'>): ContainerTrack {
  return trackFor(asContainer(ephemeral), 'ephemeral', ephemeral.targetContainerName);
}

function asContainer(ephemeral: Api<'EphemeralContainer'>): Container {
  const {
    image = '',
    imagePullPolicy = 'IfNotPresent',
    terminationMessagePath = '/dev/termination-log',
    terminationMessagePolicy = 'File',
    resources = {},
  } = ephemeral;
  return { ...ephemeral, image, imagePullPolicy, terminationMessagePath, terminationMessagePolicy, resources };
}

const fields = { init: 'initContainers', sidecar: 'initContainers', regular: 'containers', ephemeral: 'ephemeralContainers' } as const;

function trackFor(spec: Container, kind: ContainerTrack['kind'], target?: string): ContainerTrack {
  return {
    name: spec.name,
    kind,
    fieldPath: `spec.${fields[kind]}{${spec.name}}`,
    spec,
    target: target === '' ? undefined : target,
    record: undefined,
    last: undefined,
    previousFinishedAt: undefined,
    restartCount: 0,
    instances: 0,
    start: undefined,
    startError: undefined,
    backOff: undefined,
    stop: undefined,
    probes: probeWorkers(spec),
    restartingAll: false,
  };
}
