import type { RuntimeService } from '../engine/runtime-service.ts';
import type { Workload } from '../manifest/workload.ts';
import { ApiError } from './api-error.ts';

/**
 * The runtime's warnings on the Pods, one line each.
 *
 * @throws ApiError with a line for everything that the runtime must not run.
 */
export function admitWorkloads(runtime: RuntimeService, workloads: readonly Workload[]): string[] {
  const warnings: string[] = [];
  const refusals: string[] = [];
  for (const { pod, source } of workloads) {
    const { refuse, warn } = runtime.admit(pod);
    const line = ({ field, message }: { field: string; message: string }): string => `Pod ${pod.metadata.name}: ${field}: ${message}`;
    refusals.push(...refuse.map((problem) => `${source.file}: ${line(problem)}`));
    warnings.push(...warn.map(line));
  }
  if (refusals.length > 0) throw new ApiError(403, 'Forbidden', refusals.join('\n'));
  return warnings;
}
