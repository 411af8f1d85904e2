import type { PodRecord } from '../../src/agent/pod-record.ts';
import { makePod } from '../fixtures/pod.ts';

/** A record of the Pod default/web, which runs. */
export function makeRecord(metadata: Partial<PodRecord['pod']['metadata']> = {}, changes: Partial<PodRecord> = {}): PodRecord {
  const pod = makePod({ metadata: { creationTimestamp: '2026-03-01T12:00:00Z', ...metadata } });
  return {
    version: 1,
    pod: { ...pod, status: { phase: 'Running' } },
    workload: { kind: 'Pod', name: pod.metadata.name, namespace: 'default', file: 'pod.yaml' },
    definition: { all: 'a', fixed: 'f' },
    objects: { configMaps: [], secrets: [], services: [], persistentVolumeClaims: [] },
    runtime: 'docker',
    options: {},
    published: [],
    origin: 'run',
    events: [],
    supervisor: { pid: 1, startTime: 'long ago' },
    outlives: true,
    ended: false,
    ...changes,
  };
}
