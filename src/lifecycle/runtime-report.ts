import type { ContainerStateTerminated, PodStatus } from '../pod/types.ts';
import type { ContainerRecord } from './state.ts';

/**
 * What is still known of a Pod when the supervising process starts again. A deletion that was under way is told by the Pod's
 * deletionTimestamp and deletionGracePeriodSeconds: the termination goes on with what is left of the grace period.
 */
export interface RuntimeReport {
  /** The newest sandbox, if it still runs. */
  readonly sandbox:
    { readonly id: string; readonly attempt: number; readonly ips: readonly string[]; readonly hostIPs: readonly string[] } | undefined;
  /** The attempt of the newest sandbox where none runs any more; absent: 0. */
  readonly lastAttempt?: number;
  /** By container, newest record first. */
  readonly records: Readonly<Record<string, readonly ReportedRecord[]>>;
  /** The status as it was published last, where it was kept. */
  readonly status: PodStatus | undefined;
}

/** One that is `created` was never started: its start is the next thing to be done. */
export type ReportedRecord = Pick<
  ContainerRecord,
  'id' | 'state' | 'restartCount' | 'specImage' | 'image' | 'imageID' | 'startedAt' | 'finishedAt'
> & {
  readonly exit?: ContainerStateTerminated;
};
