import type { PortMapping } from '../engine/runtime-service.ts';
import type { JobRules } from '../pod/job-rules.ts';
import type { ApiEvent, Pod } from '../pod/types.ts';
import { validatePod } from '../pod/validation/validate-pod.ts';
import type { WireObjects, WorkloadOptions } from './api-types.ts';
import type { ProcessIdentity } from './process-identity.ts';

/** All that is needed to go on with a Pod after its supervisor has died. */
export interface PodRecord {
  readonly version: 1;
  /** As it was published last. */
  readonly pod: Pod;
  readonly workload: WorkloadFacts;
  /** What it was made from, see `definitionOf`. */
  readonly definition: Definition;
  /** What Pods of the same input refer to. */
  readonly objects: WireObjects;
  /** What chooses the runtime again. */
  readonly runtime: string;
  readonly options: WorkloadOptions;
  /** Ports of the machine that lead to it, beside its own hostPorts. */
  readonly published: readonly PortMapping[];
  /** Who asked for it: a foreground run, somebody who has left since, or a file of the manifests folder. */
  readonly origin: 'run' | 'detached' | 'static';
  readonly events: readonly ApiEvent[];
  readonly supervisor: ProcessIdentity;
  /** Whether what runs outlives the supervisor. */
  readonly outlives: boolean;
  /** It has ended and everything of it is gone. */
  readonly ended: boolean;
}

/** The manifest object that a Pod belongs to. */
export interface WorkloadFacts {
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly file: string;
  readonly job?: JobProgress;
}

export interface JobProgress {
  readonly rules: JobRules;
  /** When its first Pod was created, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** How many failed Pods counted before this one. */
  readonly failedPods: number;
  /** Nothing more follows from this Pod: the Job is over, or the next Pod is there. */
  readonly done: boolean;
}

/** Hashes of what a Pod was made from. */
export interface Definition {
  readonly all: string;
  /** Of all but what a running Pod takes over: images, and the deadline. */
  readonly fixed: string;
}

/** There is one Pod of a name. */
export function podKey({ metadata }: Pod): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/**
 * Reads what a record file holds.
 *
 * @throws Error that says why it is none.
 */
export function parseRecord(text: string): PodRecord {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) throw new Error('expected a record of a Pod');
  // They are added to a Pod that is there.
  const [error] = validatePod({ ...value.pod, spec: { ...value.pod.spec, ephemeralContainers: [] } });
  if (error !== undefined) throw new Error(`its Pod is invalid: ${error.message}`);
  return value;
}

function isRecord(value: unknown): value is PodRecord {
  const record = value as Partial<PodRecord> | null;
  return (
    typeof record === 'object' &&
    record?.version === 1 &&
    typeof record.pod?.metadata.uid === 'string' &&
    Array.isArray(record.pod.spec.containers) &&
    typeof record.pod.status.phase === 'string' &&
    typeof record.workload?.name === 'string' &&
    typeof record.definition?.all === 'string' &&
    Array.isArray(record.objects?.configMaps) &&
    typeof record.runtime === 'string' &&
    typeof record.options === 'object' &&
    Array.isArray(record.published) &&
    Array.isArray(record.events) &&
    typeof record.supervisor?.pid === 'number' &&
    typeof record.ended === 'boolean'
  );
}
