import { exitCodes, Failure } from '../failure.ts';
import { parsePodName } from '../pod-name.ts';
import { whenPodIs } from '../pod-watch.ts';
import { ServerError } from '../supervisor-client.ts';
import { findPod, type PodScope, type SupervisedPod } from '../supervisors.ts';
import { parseWaitCondition, type WaitCondition } from '../wait-condition.ts';
import type { CommandIO } from './validate.ts';

export interface WaitArguments extends PodScope {
  readonly pods: readonly string[];
  /** What `--for` says, one after the other. Never empty. */
  readonly conditions: readonly string[];
  /** For all of them together; 0: as it is now. */
  readonly timeoutMs: number;
}

/** `outrider wait`: until Pods are what `--for` says, as `kubectl wait`. */
export async function runWait(args: WaitArguments, { stdout }: Pick<CommandIO, 'stdout'>): Promise<number> {
  const conditions = args.conditions.map(parseWaitCondition);
  const deadline = performance.now() + args.timeoutMs;
  const results = await Promise.allSettled(
    args.pods.map(parsePodName).map(async (name) => {
      for (const condition of conditions) {
        await waitFor(name, condition, args, Math.max(deadline - performance.now(), 0));
        stdout.write(`pod/${name} condition met\n`);
      }
    }),
  );
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [(result.reason as Error).message] : []));
  if (failures.length > 0) throw new Failure(failures.join('\n'));
  return exitCodes.ok;
}

async function waitFor(name: string, condition: WaitCondition, args: WaitArguments, limitMs: number): Promise<void> {
  const supervised = await findOrGone(name, condition, args);
  if (supervised === undefined || condition.isMet(supervised.pod)) return;
  if (limitMs === 0) throw new Failure(`condition not met for pods/${name}`);
  switch (await whenPodIs(supervised, (pod) => condition.isMet(pod), limitMs)) {
    case 'reached':
      return;
    case 'gone':
      if (!condition.isForEnd) throw new ServerError({ reason: 'NotFound', message: `pods "${name}" not found` });
      return;
    case 'timeout':
      throw new Failure(`timed out waiting for the condition on pods/${name}`);
  }
}

/** Undefined: there is none, which is what was waited for. */
async function findOrGone(name: string, { isForEnd }: WaitCondition, args: WaitArguments): Promise<SupervisedPod | undefined> {
  try {
    return await findPod(name, args);
  } catch (error) {
    if (isForEnd && error instanceof Failure) return undefined;
    throw error;
  }
}
