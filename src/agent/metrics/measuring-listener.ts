import type { ProbeReport, RunListener } from '../../engine/run-listener.ts';
import type { ApiEvent, Pod } from '../../pod/types.ts';
import type { WatchEvent } from '../../trace/watch-event.ts';
import type { ContainerType, Meter, ProbeLabels } from './measurement.ts';

/** Measures what Pods do from what is told of them. */
export function measuringListener(meter: Meter): Pick<RunListener, 'watch' | 'probe' | 'ended'> {
  const started = new Set<string>();
  const measurePod = (pod: Pod, time: string): void => {
    const { uid, creationTimestamp = '' } = pod.metadata;
    if (started.has(uid) || !hasStarted(pod)) return;
    started.add(uid);
    meter({ kind: 'podStarted', seconds: Math.max(0, (Date.parse(time) - Date.parse(creationTimestamp)) / 1000) });
  };
  return {
    watch(event: WatchEvent) {
      if (event.object.kind === 'Pod') measurePod(event.object as Pod, event.time);
      else measureEvent(event.object as ApiEvent, meter);
    },
    probe(key, report) {
      const [namespace = '', pod = ''] = key.split('/');
      meter({ kind: 'probe', labels: probeLabels(namespace, pod, report), seconds: report.durationMs / 1000 });
    },
    ended: ({ metadata }) => void started.delete(metadata.uid),
  };
}

function hasStarted({ spec, status }: Pod): boolean {
  const statuses = status.containerStatuses ?? [];
  return statuses.length === spec.containers.length && statuses.every(({ state }) => state?.waiting === undefined);
}

function measureEvent({ reason, message = '', involvedObject: { fieldPath = '' } }: ApiEvent, meter: Meter): void {
  const type = containerType(fieldPath);
  switch (reason) {
    case 'Started':
      meter({ kind: 'containerStarted', type });
      return;
    case 'Failed':
      meter({ kind: 'containerStartFailed', type, code: codeOf(message) });
      return;
    case 'FailedCreatePodSandBox':
      meter({ kind: 'podStartFailed' });
      return;
    case 'SandboxChanged':
      meter({ kind: 'podRestarted' });
      return;
    case 'Evicted':
      meter({ kind: 'evicted', signal: message.includes('ephemeral') || message.includes('emptyDir') ? 'ephemeral-storage' : 'other' });
      return;
    default:
  }
}

function containerType(fieldPath: string): ContainerType {
  if (fieldPath.startsWith('spec.initContainers')) return 'init_container';
  return fieldPath.startsWith('spec.ephemeralContainers') ? 'ephemeral_container' : 'container';
}

/** `Error: ErrImagePull` and the like are the reason alone. */
function codeOf(message: string): string {
  const reason = /^Error: (\w+)$/.exec(message)?.[1];
  return reason ?? (message.includes('pull image') ? 'ErrImagePull' : 'RunContainerError');
}

function probeLabels(namespace: string, pod: string, { container, kind, result }: ProbeReport): ProbeLabels {
  return {
    probe_type: ({ startup: 'Startup', readiness: 'Readiness', liveness: 'Liveness' } as const)[kind],
    result: ({ success: 'successful', failure: 'failed', unknown: 'unknown' } as const)[result],
    container,
    pod,
    namespace,
  };
}
