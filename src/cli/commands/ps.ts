import type { WatchLine } from '../../agent/api-types.ts';
import type { Pod } from '../../pod/types.ts';
import { podColumns } from '../../printers/columns.ts';
import { podKey } from '../../trace/run-model.ts';
import { exitCodes } from '../failure.ts';
import { forgottenPods } from '../forgotten-pods.ts';
import { merged } from '../merged.ts';
import { oneLine } from '../one-line.ts';
import { parsePodName } from '../pod-name.ts';
import { PodTable } from '../pod-table.ts';
import { type ListFormat, printedList } from '../printed-list.ts';
import { readPods } from '../read-pods.ts';
import { stateDirectory } from '../state-directory.ts';
import type { SupervisorClient } from '../supervisor-client.ts';
import { compareNames, connectSupervisors, listPods, notFound, nothingRuns, podsPath, type PodScope } from '../supervisors.ts';
import type { CommandIO } from './validate.ts';

export interface PsArguments extends PodScope {
  /** `NAME` or `pod/NAME`; none: all of the namespace. */
  readonly names: readonly string[];
  /** Files, folders, URLs or `-` to print instead of what runs here. */
  readonly from: readonly string[];
  readonly allNamespaces: boolean;
  readonly output: 'text' | 'wide' | ListFormat;
  readonly noHeaders: boolean;
  readonly watch: boolean;
  /** Milliseconds since the epoch; AGE and RESTARTS count from it. */
  readonly now: () => number;
}

/**
 * `outrider ps`: prints Pods as `kubectl get pods` prints them: those that are supervised here, or those of files.
 *
 * @throws {Failure} with exit code 1 when something cannot be read, or a Pod that was named is not there.
 */
export async function runPs(args: PsArguments, io: CommandIO): Promise<number> {
  if (args.from.length > 0) return printFiles(args, io);
  const clients = await connectSupervisors(args.stateDir);
  const { names, namespace, allNamespaces, output, now } = args;
  const wanted = new Set(names.map(parsePodName));
  const isWanted = ({ metadata }: Pod): boolean =>
    (allNamespaces || metadata.namespace === namespace) && (wanted.size === 0 || wanted.has(metadata.name));
  const pods = (await allPods(clients, args, io)).filter(isWanted);
  for (const name of wanted) if (!pods.some(({ metadata }) => metadata.name === name)) throw notFound(name);
  if (output !== 'text' && output !== 'wide') io.stdout.write(await printedList(pods, output, wanted.size === 1));
  else if (pods.length === 0 && !args.watch) io.stderr.write(`${noPods(args, clients)}\n`);
  else {
    const podTable = new PodTable({ wide: output === 'wide', allNamespaces, noHeaders: args.noHeaders });
    const print = (some: readonly Pod[]): void => podTable.lines(some, now()).forEach((line) => io.stdout.write(`${line}\n`));
    print(pods);
    if (args.watch) await watch(clients, args, pods, (pod) => print([pod].filter(isWanted)));
  }
  return exitCodes.ok;
}

/** Also those whose supervisor has died, as they were when it did. */
async function allPods(clients: readonly SupervisorClient[], { stateDir }: PsArguments, { stderr }: CommandIO): Promise<Pod[]> {
  const pods = (await listPods(clients, undefined)).map(({ pod }) => pod);
  const known = new Set(pods.map(podKey));
  const notice = (line: string): void => void stderr.write(`outrider: ${oneLine(line)}\n`);
  const forgotten = forgottenPods(stateDirectory(stateDir, process.env), notice).filter(({ pod }) => !known.has(podKey(pod)));
  const left = forgotten.filter(({ ended }) => !ended).map(({ pod }) => podKey(pod));
  if (left.length > 0) {
    const them = left.length === 1 ? 'it' : 'them';
    notice(
      `nobody supervises ${left.join(', ')} since the supervisor died; \`outrider agent\`, or the same \`outrider run\`, takes ${them} over`,
    );
  }
  return [...pods, ...forgotten.map(({ pod }) => pod)].sort(compareNames);
}

function noPods({ allNamespaces, namespace, stateDir }: PsArguments, clients: readonly SupervisorClient[]): string {
  if (clients.length === 0) return nothingRuns(stateDir);
  return allNamespaces ? 'No resources found' : `No resources found in ${namespace} namespace.`;
}

/** Calls for every change after what was printed. */
async function watch(
  clients: readonly SupervisorClient[],
  { allNamespaces, namespace }: PsArguments,
  printed: readonly Pod[],
  changed: (pod: Pod) => void,
): Promise<void> {
  const path = allNamespaces ? '/api/v1/pods' : podsPath(namespace);
  const versions = new Map(printed.map((pod) => [pod.metadata.uid, pod.metadata.resourceVersion]));
  for await (const { type, object } of merged<WatchLine>(clients.map((client) => client.watch(path)))) {
    const pod = object as Pod;
    const { uid, resourceVersion } = pod.metadata;
    if (type !== 'DELETED' && versions.get(uid) === resourceVersion) continue;
    versions.set(uid, resourceVersion);
    changed(pod);
  }
}

async function printFiles({ from, output, noHeaders, now }: PsArguments, { stdout, stderr, stdin }: CommandIO): Promise<number> {
  const pods = await readPods(from, stdin);
  if (output === 'json') {
    const items = pods.map((pod) => {
      const { ready, status, restarts } = podColumns(pod);
      return { name: pod.metadata.name, ready, status, restarts };
    });
    stdout.write(`${JSON.stringify({ items }, null, 2)}\n`);
  } else if (output === 'yaml' || output === 'name') {
    stdout.write(await printedList(pods, output));
  } else if (pods.length === 0) {
    stderr.write('No Pods found.\n');
  } else {
    const podTable = new PodTable({ wide: output === 'wide', allNamespaces: false, noHeaders });
    stdout.write(`${podTable.lines(pods, now()).join('\n')}\n`);
  }
  return exitCodes.ok;
}
