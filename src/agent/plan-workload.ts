import type { PortMapping } from '../engine/runtime-service.ts';
import type { Workload } from '../manifest/workload.ts';
import type { Pod } from '../pod/types.ts';
import { conflict } from './api-error.ts';
import type { RunRequest } from './api-types.ts';
import { changeBetween, definitionOf } from './definition.ts';
import { podKey } from './pod-record.ts';
import type { Definition, PodRecord } from './pod-record.ts';
import { isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { NamedRuntime } from './runtime-pool.ts';
import type { SupervisedPod } from './supervised-pod.ts';

/** What is to be done so that a workload runs. Records are given with this process as their supervisor. */
export type WorkloadPlan =
  /** A Job that nobody has resumed. */
  | { readonly kind: 'suspended'; readonly name: string; readonly pod: Pod }
  /** It runs here already, if perhaps with other images. */
  | { readonly kind: 'running'; readonly pod: SupervisedPod; readonly spec: Pod['spec']; readonly definition: Definition }
  | { readonly kind: 'fresh'; readonly record: PodRecord }
  /** Its supervisor has died: goes on with it, with what of `spec` a running Pod takes over. */
  | { readonly kind: 'resume'; readonly record: PodRecord; readonly spec: Pod['spec']; readonly definition: Definition }
  /** Its supervisor has died, and it is another one now: the old Pod ends first. */
  | { readonly kind: 'replace'; readonly old: PodRecord; readonly record: PodRecord };

export interface PlanFacts extends Pick<RunRequest, 'objects' | 'options'> {
  readonly origin: PodRecord['origin'];
  readonly runtime: NamedRuntime;
  readonly identity: ProcessIdentity;
  readonly now: number;
  /** By UID. */
  readonly published: ReadonlyMap<string, readonly PortMapping[]>;
}

/**
 * @param records - All that are on disk.
 * @throws ApiError when the Pod runs already: as another one here, or for another supervisor.
 */
export function planWorkload(
  workload: Workload,
  facts: PlanFacts,
  records: readonly PodRecord[],
  own: (key: string) => SupervisedPod | undefined,
): WorkloadPlan {
  const { job, pod } = workload;
  if (job?.suspend === true)
    return { kind: 'suspended', name: workload.name, pod: { ...pod, status: { ...pod.status, phase: 'Succeeded' } } };
  const definition = definitionOf(workload);
  const record = newRecord(workload, facts, definition);
  const before = findRecord(workload, records);
  if (before === undefined) return { kind: 'fresh', record };
  const { namespace, name } = before.pod.metadata;
  const running = own(podKey(before.pod));
  if (running !== undefined) {
    if (changeBetween(running.record.definition, definition) !== 'replace') {
      return { kind: 'running', pod: running, spec: pod.spec, definition };
    }
    throw conflict(`${namespace}/${name} already runs with another definition; stop it with: outrider stop ${name}`, name);
  }
  if (isAlive(before.supervisor)) {
    const { pid } = before.supervisor;
    throw conflict(`${namespace}/${name} already runs, supervised by process ${pid}; stop it with: outrider stop ${name}`, name);
  }
  if (facts.origin === 'run' && !before.outlives) return { kind: 'fresh', record };
  const { identity, objects, options, origin } = facts;
  const isSameRuntime = before.runtime === facts.runtime.name;
  if (!isSameRuntime || changeBetween(before.definition, definition) === 'replace') {
    return { kind: 'replace', old: { ...before, supervisor: identity }, record };
  }
  return { kind: 'resume', record: { ...before, supervisor: identity, objects, options, origin }, spec: pod.spec, definition };
}

/** Of the workload's newest Pod, or of another one of its name, that has not ended. */
function findRecord(workload: Workload, records: readonly PodRecord[]): PodRecord | undefined {
  const key = podKey(workload.pod);
  const found = records.filter((record) => !isOver(record) && (podKey(record.pod) === key || isOf(workload, record)));
  return found.sort((a, b) => createdAt(b) - createdAt(a))[0];
}

function isOf({ kind, name, namespace }: Workload, { workload }: PodRecord): boolean {
  return workload.kind === kind && workload.name === name && workload.namespace === namespace;
}

export function isOver({ ended, workload: { job } }: PodRecord): boolean {
  return ended && (job === undefined || job.done);
}

function createdAt({ pod }: PodRecord): number {
  return Date.parse(pod.metadata.creationTimestamp ?? '') || 0;
}

function newRecord({ kind, name, namespace, pod, source, job }: Workload, facts: PlanFacts, definition: Definition): PodRecord {
  const { objects, options, origin, runtime, identity, now, published } = facts;
  const progress = job === undefined ? {} : { job: { rules: job, startedAt: now, failedPods: 0, done: false } };
  return {
    version: 1,
    pod,
    workload: { kind, name, namespace, file: source.file, ...progress },
    definition,
    objects,
    runtime: runtime.name,
    options,
    published: published.get(pod.metadata.uid) ?? [],
    origin,
    events: [],
    supervisor: identity,
    outlives: runtime.runtime.outlivesSupervisor,
    ended: false,
  };
}
