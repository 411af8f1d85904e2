import type { Writable } from 'node:stream';
import type { Pod } from '../../pod/types.ts';
import { exitCodes, Failure } from '../failure.ts';
import { type NamedContainer, chooseContainer, containersOf } from '../pod-containers.ts';
import { parsePodName } from '../pod-name.ts';
import { LinePrefixer } from '../line-prefixer.ts';
import { whenPodIs } from '../pod-watch.ts';
import { ServerError } from '../supervisor-client.ts';
import { type PodScope, type SupervisedPod, findPod, podPath } from '../supervisors.ts';

export interface LogsArguments extends PodScope {
  readonly pod: string;
  readonly container: string | undefined;
  readonly allContainers: boolean;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly prefix: boolean;
  /** Lines from the end; undefined: all. */
  readonly tail: number | undefined;
  readonly sinceMs: number | undefined;
  /** RFC 3339. */
  readonly sinceTime: string | undefined;
  readonly limitBytes: number | undefined;
  /** How many logs may be followed at once. */
  readonly maxLogRequests: number;
}

export interface LogsIO {
  readonly stdout: Writable;
  readonly stderr: { write(text: string): unknown };
}

/** `outrider logs`: a container's output, or that of several, as `kubectl logs` prints it. */
export async function runLogs(args: LogsArguments, { stdout, stderr }: LogsIO): Promise<number> {
  const supervised = await findPod(parsePodName(args.pod), args);
  const containers = wantedContainers(args, supervised.pod, (line) => void stderr.write(`${line}\n`));
  const print = async ({ name }: NamedContainer): Promise<void> => {
    const prefixer = args.prefix ? new LinePrefixer(`[pod/${supervised.pod.metadata.name}/${name}] `) : undefined;
    // Lines of several logs do not mix.
    const lines = prefixer ?? (args.follow && containers.length > 1 ? new LinePrefixer('') : undefined);
    for await (const chunk of await openLog(args, supervised, name)) await write(stdout, lines?.take(chunk) ?? chunk);
    await write(stdout, lines?.end() ?? '');
  };
  if (args.follow) await Promise.all(containers.map(print));
  else for (const container of containers) await print(container);
  return exitCodes.ok;
}

function wantedContainers(args: LogsArguments, pod: Pod, notice: (line: string) => void): NamedContainer[] {
  const { container, allContainers, follow, maxLogRequests } = args;
  if (allContainers && container !== undefined) {
    throw new Failure(`--all-containers should not be specified with container name ${container}`, { exitCode: exitCodes.usage });
  }
  const containers = allContainers ? containersOf(pod) : [chooseContainer(pod, container, notice)];
  if (!follow || containers.length <= maxLogRequests) return containers;
  throw new Failure(
    `you are attempting to follow ${containers.length} log streams, but maximum allowed concurrency is ${maxLogRequests}, use --max-log-requests to increase the limit`,
  );
}

/** How long a container that is followed may take to start. */
const startLimitMs = 20_000;

/** A log that is followed may be asked for before there is one: it is asked for again whenever the Pod changes. */
async function openLog(args: LogsArguments, { client, pod }: SupervisedPod, container: string): Promise<AsyncIterable<Buffer>> {
  const path = `${podPath(pod.metadata.namespace, pod.metadata.name)}/log?${logQuery(args, container)}`;
  let stream: AsyncIterable<Buffer> | undefined;
  let refusal: ServerError | undefined;
  const isOpen = async (): Promise<boolean> => {
    try {
      stream = await client.stream(path);
    } catch (error) {
      if (!args.follow || !(error instanceof ServerError) || error.reason !== 'BadRequest') throw error;
      refusal = error;
    }
    return stream !== undefined;
  };
  const isStarting = !(await isOpen()) && refusal?.message.includes('waiting to start') === true;
  if (isStarting) await whenPodIs({ client, pod }, isOpen, startLimitMs);
  if (stream === undefined) throw refusal ?? new Failure(`container ${container} has no log`);
  return stream;
}

function logQuery(args: LogsArguments, container: string): string {
  const { follow, previous, timestamps, tail, sinceMs, sinceTime, limitBytes } = args;
  const query = new URLSearchParams({ container });
  for (const [name, isSet] of Object.entries({ follow, previous, timestamps })) if (isSet) query.set(name, 'true');
  const sinceSeconds = sinceMs === undefined ? undefined : Math.max(Math.round(sinceMs / 1000), 1);
  const values = { tailLines: tail, sinceSeconds, sinceTime, limitBytes };
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, String(value));
  return query.toString();
}

/** Waits for a slow reader. */
function write(stdout: Writable, chunk: Buffer | string): Promise<void> {
  if (chunk.length === 0 || stdout.write(chunk)) return Promise.resolve();
  return new Promise((resolve) => stdout.once('drain', resolve));
}
