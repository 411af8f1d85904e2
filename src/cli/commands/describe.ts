import type { EventList, WaitList } from '../../agent/api-types.ts';
import { describePod } from '../../printers/describe/pod.ts';
import { exitCodes } from '../failure.ts';
import { parsePodName } from '../pod-name.ts';
import { type PodScope, findPod, podPath } from '../supervisors.ts';
import type { CommandIO } from './validate.ts';

export interface DescribeArguments extends PodScope {
  /** `NAME` or `pod/NAME`; several are described one after the other. */
  readonly pods: readonly string[];
  /** Milliseconds since the epoch; ages count from it. */
  readonly now: () => number;
}

/** `outrider describe`: all about Pods, as `kubectl describe pod` prints it, and what their containers wait for. */
export async function runDescribe(args: DescribeArguments, { stdout }: Pick<CommandIO, 'stdout'>): Promise<number> {
  const names = args.pods.map(parsePodName);
  for (const [index, name] of names.entries()) {
    const { client, pod } = await findPod(name, args);
    const { namespace, uid } = pod.metadata;
    const [events, waits] = await Promise.all([
      client.get<EventList>(`/api/v1/namespaces/${namespace}/events?fieldSelector=involvedObject.name=${name}`),
      client.get<WaitList>(`/outrider/v1${podPath(namespace, name).slice('/api/v1'.length)}/waits`),
    ]);
    const own = events.items.filter(({ involvedObject }) => involvedObject.uid === uid);
    const lines = describePod({ pod, events: own, waits: waits.items, now: args.now() });
    stdout.write(`${index === 0 ? '' : '\n\n'}${lines.join('\n')}\n`);
  }
  return exitCodes.ok;
}
