import type { PodList, RunRequest, RunResponse } from '../../agent/api-types.ts';
import { toWireObjects } from '../../agent/api-types.ts';
import type { Pod } from '../../pod/types.ts';
import { podKey } from '../../trace/run-model.ts';
import { ensureAgent } from '../ensure-agent.ts';
import { exitCodes } from '../failure.ts';
import type { LoadedWorkloads } from '../load-workloads.ts';
import type { RunOptions } from '../run-options.ts';
import type { RequestedRuntime } from '../runtime-choice.ts';
import { standInFiles } from '../stand-in-files.ts';
import { workloadOptions } from './run.ts';
import type { CommandIO } from './validate.ts';

/** `outrider run --detach`: hands the Pods to the agent, which is started if none runs. Prints a line for each, as kubectl does. */
export async function runDetached(
  options: RunOptions,
  { manifests, files, notices }: LoadedWorkloads,
  { choice, chosenBy }: RequestedRuntime,
  { stdout, stderr }: Pick<CommandIO, 'stdout' | 'stderr'>,
): Promise<number> {
  for (const notice of notices) stderr.write(`outrider: ${notice}\n`);
  const agent = await ensureAgent(options.stateDir);
  const before = await agent.get<PodList>('/api/v1/pods');
  const request: RunRequest = {
    workloads: manifests.workloads,
    objects: toWireObjects(manifests.references),
    // Where nobody has chosen, the agent's own default holds.
    ...(chosenBy !== undefined && { runtime: choice }),
    options: { ...workloadOptions(options), standIns: await standInFiles(options.standIns, files) },
  };
  const { pods } = await agent.send<RunResponse>('POST', '/outrider/v1/run', request);
  const known = new Map(before.items.map((pod) => [podKey(pod), pod]));
  for (const pod of pods) stdout.write(`pod/${pod.metadata.name} ${whatBecameOf(pod, known.get(podKey(pod)))}\n`);
  return exitCodes.ok;
}

function whatBecameOf(pod: Pod, before: Pod | undefined): 'created' | 'configured' | 'unchanged' {
  if (before?.metadata.uid !== pod.metadata.uid) return 'created';
  return JSON.stringify(before.spec) === JSON.stringify(pod.spec) ? 'unchanged' : 'configured';
}
