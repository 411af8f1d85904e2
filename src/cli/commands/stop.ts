import type { Pod } from '../../pod/types.ts';
import { exitCodes, Failure } from '../failure.ts';
import { isOver } from '../is-over.ts';
import { parsePodName } from '../pod-name.ts';
import { whenPodIs } from '../pod-watch.ts';
import { type PodScope, type SupervisedPod, findPod, podPath } from '../supervisors.ts';
import type { CommandIO } from './validate.ts';

export interface StopArguments extends PodScope {
  readonly pods: readonly string[];
  /** Whole seconds; undefined: each Pod's own. */
  readonly gracePeriodSeconds: number | undefined;
  /** Whether to wait until they have ended. */
  readonly wait: boolean;
}

/** `outrider stop`: deletes Pods with their grace period, and waits for their end. Their logs and how they ended stay until `rm`. */
export async function runStop(args: StopArguments, { stdout }: Pick<CommandIO, 'stdout'>): Promise<number> {
  const found = await Promise.all(args.pods.map((name) => findPod(parsePodName(name), args, true)));
  const stop = async (supervised: SupervisedPod): Promise<void> => {
    const { namespace, name } = supervised.pod.metadata;
    if (!isOver(supervised.pod)) {
      const grace = args.gracePeriodSeconds === undefined ? '' : `?gracePeriodSeconds=${args.gracePeriodSeconds}`;
      await supervised.client.send<Pod>('DELETE', `${podPath(namespace, name)}${grace}`);
      if (args.wait) await whenPodIs(supervised, isOver, longestMs);
    }
    stdout.write(`pod/${name} ${args.wait ? 'stopped' : 'is stopping'}\n`);
  };
  const results = await Promise.allSettled(found.map(stop));
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : []));
  if (failures.length > 0) throw new Failure(failures.join('\n'));
  return exitCodes.ok;
}

/** The longest that a timer can take, three weeks. */
const longestMs = 2 ** 31 - 1;
