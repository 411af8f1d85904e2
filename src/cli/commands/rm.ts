import { exitCodes, Failure } from '../failure.ts';
import { ensureAgent } from '../ensure-agent.ts';
import { forgottenPods } from '../forgotten-pods.ts';
import { isOver } from '../is-over.ts';
import { parsePodName } from '../pod-name.ts';
import { stateDirectory } from '../state-directory.ts';
import { connectSupervisors, findPod, listPods, type PodScope, podPath, type SupervisedPod } from '../supervisors.ts';
import type { CommandIO } from './validate.ts';

export interface RmArguments extends PodScope {
  readonly pods: readonly string[];
  /** Also Pods that run, which are killed. */
  readonly force: boolean;
  /** All that have ended; with `force` all. */
  readonly all: boolean;
}

/** `outrider rm`: forgets Pods that have ended: their records, their logs. */
export async function runRm(args: RmArguments, { stdout, stderr }: Pick<CommandIO, 'stdout' | 'stderr'>): Promise<number> {
  if (args.all === args.pods.length > 0) throw new Failure('expected Pods or --all', { exitCode: exitCodes.usage });
  const found = args.all ? await removable(args) : await Promise.all(args.pods.map((name) => findPod(parsePodName(name), args, true)));
  const remove = async ({ client, pod: { metadata } }: SupervisedPod): Promise<void> => {
    const path = podPath(metadata.namespace, metadata.name).replace(/^\/api/, '/outrider');
    await client.send('DELETE', `${path}${args.force ? '?force=true' : ''}`);
    stdout.write(`pod/${metadata.name} removed\n`);
  };
  const results = await Promise.allSettled(found.map(remove));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : []));
  if (failures.length > 0) throw new Failure(failures.join('\n'));
  if (found.length === 0) stderr.write('nothing to remove\n');
  return exitCodes.ok;
}

async function removable({ stateDir, namespace, force }: RmArguments): Promise<SupervisedPod[]> {
  const hasForgotten = forgottenPods(stateDirectory(stateDir, process.env), () => undefined).some(({ ended }) => ended || force);
  // The agent keeps what has ended.
  if (hasForgotten) await ensureAgent(stateDir);
  const pods = await listPods(await connectSupervisors(stateDir), namespace);
  return pods.filter(({ pod }) => force || isOver(pod));
}
