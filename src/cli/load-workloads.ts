import { randomUUID } from 'node:crypto';
import { loadManifests } from '../manifest/load.ts';
import type { LoadedManifests } from '../manifest/load.ts';
import type { Workload } from '../manifest/workload.ts';
import { Failure } from './failure.ts';
import { readAllInputs } from './input.ts';
import { errorLines, itemWarningLines } from './manifest-report.ts';
import { oneLine } from './one-line.ts';

export interface LoadedWorkloads {
  /** Valid, and at least one of them a workload. */
  readonly manifests: LoadedManifests;
  /** The manifests' file names, folders expanded. */
  readonly files: readonly string[];
  /** What is worth saying before anything runs, one line each. */
  readonly notices: readonly string[];
}

/**
 * Reads and checks the manifests of a command that needs Pods.
 *
 * @param newUID - Makes the uids of objects.
 * @throws Failure with a line for every problem.
 */
export async function loadWorkloads(files: readonly string[], newUID: () => string = randomUUID): Promise<LoadedWorkloads> {
  const inputs = await readAllInputs(files, process.stdin);
  const { sources } = inputs;
  const manifests = loadManifests(sources, newUID);
  const problems = [...inputs.problems, ...errorLines(manifests), ...sameName(manifests.workloads).map(oneLine)];
  if (problems.length > 0) throw new Failure(problems.join('\n'));
  if (manifests.workloads.length === 0) throw new Failure(`${files.join(', ')}: no Pod found, and nothing that has a Pod template`);
  const warnings = manifests.items.flatMap((item) => itemWarningLines(item));
  return { manifests, files: sources.map(({ file }) => file), notices: [...manifests.notes.map(oneLine), ...warnings] };
}

function sameName(workloads: readonly Workload[]): string[] {
  const seen = new Map<string, Workload>();
  return workloads.flatMap((workload) => {
    const { namespace, name } = workload.pod.metadata;
    const key = `${namespace}/${name}`;
    const first = seen.get(key);
    seen.set(key, first ?? workload);
    return first === undefined ? [] : [`${workload.source.file}: Pod ${key} is there already (${first.source.file}); rename one of them`];
  });
}
