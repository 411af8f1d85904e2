import type { JobRules } from '../pod/job-rules.ts';
import type { Pod } from '../pod/types.ts';

/** Something of the input that is to run: a Pod, or the Pod that a controller would create of its template. */
export interface Workload {
  /** `Pod`, `Deployment`, `Job`, ...: what stands in the manifest. */
  readonly kind: string;
  /** The manifest object's name, not the Pod's. */
  readonly name: string;
  readonly namespace: string;
  /** Valid and defaulted, with a uid and a status in phase Pending. */
  readonly pod: Pod;
  readonly source: WorkloadSource;
  /** Of a Job or a CronJob: when it is done or has failed. */
  readonly job?: JobRules;
}

export interface WorkloadSource {
  readonly file: string;
  /** Counts from 0 in the file, the items of Lists singly. */
  readonly documentIndex: number;
}
