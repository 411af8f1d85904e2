import { parsePublish, planPublish } from '../network/publish.ts';
import { admitWorkloads } from './admit.ts';
import { ApiError } from './api-error.ts';
import type { RunRequest } from './api-types.ts';
import { withClaimLock } from './claim-lock.ts';
import { isOver, planWorkload } from './plan-workload.ts';
import type { PlanFacts, WorkloadPlan } from './plan-workload.ts';
import { podKey } from './pod-record.ts';
import type { PodRecord } from './pod-record.ts';
import type { PodStore } from './pod-store.ts';
import { isAlive } from './process-identity.ts';
import type { ProcessIdentity } from './process-identity.ts';
import type { NamedRuntime } from './runtime-pool.ts';
import type { SupervisedPod } from './supervised-pod.ts';

/** Where records are, and for whom they are claimed. */
export interface Claimant {
  readonly store: PodStore;
  readonly socketDirectory: string;
  readonly identity: ProcessIdentity;
}

/**
 * Makes the records of workloads this supervisor's, so that nobody else runs them.
 *
 * @param own - Its Pods.
 * @throws ApiError when one runs already and is not the same, or the runtime must not run it; nothing is claimed then.
 */
export async function claimWorkloads(
  { store, socketDirectory, identity }: Claimant,
  request: RunRequest,
  facts: Pick<PlanFacts, 'origin' | 'now'> & { readonly runtime: NamedRuntime },
  own: (key: string) => SupervisedPod | undefined,
): Promise<{ readonly plans: readonly WorkloadPlan[]; readonly warnings: readonly string[] }> {
  const { workloads, objects, options } = request;
  const warnings = admitWorkloads(facts.runtime.runtime, workloads);
  const published = publishedPorts(request);
  const plans = await withClaimLock(socketDirectory, async () => {
    const records = await newestRecords(store);
    const all = workloads.map((workload) => planWorkload(workload, { ...facts, objects, options, identity, published }, records, own));
    await Promise.all(all.map((plan) => writeClaim(store, plan)));
    return all;
  });
  return { plans, warnings };
}

/** Makes the records of all supervisors that have died this one's. What a foreground run left of Pods that are gone is removed. */
export function claimOrphans({ store, socketDirectory, identity }: Claimant): Promise<PodRecord[]> {
  return withClaimLock(socketDirectory, async () => {
    const orphans = (await newestRecords(store)).filter(({ supervisor }) => !isAlive(supervisor));
    const gone = orphans.filter((record) => record.origin === 'run' && (isOver(record) || !record.outlives));
    await Promise.all(gone.map(({ pod }) => store.remove(podKey(pod))));
    const kept = orphans.filter((record) => !gone.includes(record)).map((record) => ({ ...record, supervisor: identity }));
    await Promise.all(kept.map((record) => store.write(record)));
    return kept;
  });
}

/** All records, but for failed Pods of a Job whose next Pod was recorded when the supervisor died: those are done with now. */
async function newestRecords(store: PodStore): Promise<PodRecord[]> {
  const records = store.readAll();
  const isFollowed = (record: PodRecord): boolean =>
    record.ended && !isOver(record) && !isAlive(record.supervisor) && records.some((other) => follows(other, record));
  const followed = records.filter(isFollowed);
  await Promise.all(followed.map(({ pod }) => store.remove(podKey(pod))));
  return records.filter((record) => !followed.includes(record));
}

function follows(record: PodRecord, failed: PodRecord): boolean {
  const { kind, namespace, name, job } = failed.workload;
  const { workload } = record;
  const isSame = workload.kind === kind && workload.namespace === namespace && workload.name === name;
  return record !== failed && isSame && (workload.job?.failedPods ?? 0) > (job?.failedPods ?? 0);
}

async function writeClaim(store: PodStore, plan: WorkloadPlan): Promise<void> {
  if (plan.kind === 'running' || plan.kind === 'suspended') return;
  await store.write(plan.kind === 'replace' ? plan.old : plan.record);
}

/** By UID of the Pod: ports of the machine that lead to it. */
function publishedPorts({ workloads, options: { publish = [] } }: RunRequest): PlanFacts['published'] {
  const { mappings, problems } = planPublish(
    publish.map(parsePublish),
    workloads.map(({ pod }) => pod),
  );
  if (problems.length > 0) throw new ApiError(422, 'Invalid', problems.join('\n'));
  return mappings;
}
