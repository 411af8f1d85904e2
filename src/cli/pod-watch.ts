import type { Pod } from '../pod/types.ts';
import { Failure } from './failure.ts';
import { type SupervisedPod, podsPath } from './supervisors.ts';

/** What became of a wait: the Pod was as it should be, was gone, or did not come to it in time. */
export type WaitOutcome = 'reached' | 'gone' | 'timeout';

/**
 * Waits until a Pod is as it should be, looking at it now and at every change.
 *
 * @param limitMs - From now; zero: only as it is.
 */
export async function whenPodIs(
  { client, pod }: SupervisedPod,
  isReached: (pod: Pod) => boolean | Promise<boolean>,
  limitMs: number,
): Promise<WaitOutcome> {
  const { namespace, name, uid } = pod.metadata;
  const timeout = AbortSignal.timeout(Math.ceil(limitMs));
  try {
    for await (const { type, object } of client.watch(`${podsPath(namespace)}?fieldSelector=metadata.name=${name}`, timeout)) {
      if (object.metadata?.uid !== uid || object.kind !== 'Pod') continue;
      if (type === 'DELETED') return 'gone';
      if (await isReached(object as Pod)) return 'reached';
    }
  } catch (error) {
    if (timeout.aborted) return 'timeout';
    throw error;
  }
  if (timeout.aborted) return 'timeout';
  // The supervisor of a foreground run leaves with its last Pod.
  if (client.socket.kind === 'run') return 'gone';
  throw new Failure(`the agent ended while pods/${name} was waited for`);
}
