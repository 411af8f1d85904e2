import type { Api } from './types.ts';

/** How a Job replaces failed Pods, as its manifest says. It is complete when one Pod has succeeded. */
export interface JobRules {
  /** How many failed Pods are replaced before the Job fails; the API's default is 6. */
  readonly backoffLimit: number;
  /** The Job fails, and its Pod is deleted, this long after it started. */
  readonly activeDeadlineSeconds?: number;
  readonly podFailurePolicy?: Api<'PodFailurePolicy'>;
  /** No Pod is to be created until someone resumes the Job. Default: false. */
  readonly suspend?: boolean;
}
