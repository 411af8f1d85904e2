import { loadManifests } from '../manifest/load.ts';
import type { Workload } from '../manifest/workload.ts';
import { readAllInputs } from './input.ts';
import { errorLines } from './manifest-report.ts';

export interface ReadWorkloads {
  readonly workloads: readonly Workload[];
  /** What cannot be read or is invalid, a line each, in the words of `outrider validate`; also that there is no Pod at all. */
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

/** The valid Pods of manifests, for commands that only look at them. Never throws for what the manifests say. */
export async function readWorkloads(files: readonly string[], stdin: AsyncIterable<unknown>): Promise<ReadWorkloads> {
  const { sources, problems } = await readAllInputs(files, stdin);
  // No uid is ever shown.
  const loaded = loadManifests(sources, () => 'uid');
  const lines = [...problems, ...errorLines(loaded)];
  const isEmpty = lines.length === 0 && loaded.workloads.length === 0;
  return {
    workloads: loaded.workloads,
    problems: isEmpty ? [`${files.join(', ')}: no Pod found, and nothing that has a Pod template`] : lines,
    notes: loaded.notes,
  };
}
