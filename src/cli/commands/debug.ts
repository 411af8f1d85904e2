import { randomBytes } from 'node:crypto';
import type { EphemeralContainersPatch } from '../../agent/api-types.ts';
import type { Pod } from '../../pod/types.ts';
import { exitCodes, Failure } from '../failure.ts';
import { containersOf } from '../pod-containers.ts';
import { parsePodName } from '../pod-name.ts';
import { whenPodIs } from '../pod-watch.ts';
import { ServerError } from '../supervisor-client.ts';
import { findPod, podPath, type PodScope } from '../supervisors.ts';
import type { TerminalIO } from '../terminal.ts';
import { runAttach } from './attach.ts';
import { refuseCompleted } from './exec.ts';
import { runLogs } from './logs.ts';

export interface DebugArguments extends PodScope {
  readonly pod: string;
  readonly image: string;
  /** Of the new container; undefined: one is made up. */
  readonly container: string | undefined;
  /** The container whose processes it sees. */
  readonly target: string | undefined;
  readonly command: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
}

/** `outrider debug`: adds an ephemeral container to a Pod that runs, and joins it with `-i`. */
export async function runDebug(args: DebugArguments, io: TerminalIO): Promise<number> {
  const notice = (line: string): void => {
    if (!args.quiet) io.stderr.write(`${line}\n`);
  };
  const { pod, client } = await findPod(parsePodName(args.pod), args);
  refuseCompleted(pod, 'debug');
  const { target } = args;
  if (target !== undefined && !containersOf(pod).some(({ name }) => name === target)) {
    throw new Failure(`container ${target} is not valid for pod ${pod.metadata.name}`);
  }
  const name = args.container ?? freshName(pod);
  if (args.container === undefined) notice(`Defaulting debug container name to ${name}.`);
  if (target !== undefined) {
    notice(
      `Targeting container "${target}". If you don't see processes from this container it may be because the container runtime doesn't support this feature.`,
    );
  }
  const { namespace } = pod.metadata;
  await client.send<Pod>('PATCH', `${podPath(namespace, pod.metadata.name)}/ephemeralcontainers`, patch(name, args));
  if (!args.stdin) return exitCodes.ok;
  // Image pulls take their time.
  const outcome = await whenPodIs({ client, pod }, (current) => hasStarted(current, name), startLimitMs);
  if (outcome !== 'reached') throw new Failure(`container ${name} did not start: ${outcome === 'gone' ? 'the Pod is gone' : 'timed out'}`);
  try {
    return await runAttach({ ...args, container: name }, io);
  } catch (error) {
    // One that ends sooner than it can be joined has left its output in its log.
    if (error instanceof ServerError && error.reason === 'NotFound') return printLog(name, args, io);
    throw error;
  }
}

function printLog(container: string, { pod, namespace, stateDir }: DebugArguments, io: TerminalIO): Promise<number> {
  const whole = { tail: undefined, sinceMs: undefined, sinceTime: undefined, limitBytes: undefined };
  const flags = { allContainers: false, follow: false, previous: false, timestamps: false, prefix: false, maxLogRequests: 1 };
  return runLogs({ pod, namespace, stateDir, container, ...whole, ...flags }, io);
}

const startLimitMs = 10 * 60_000;

function patch(name: string, { image, target, command, env, stdin, tty }: DebugArguments): EphemeralContainersPatch {
  const container = {
    name,
    image,
    ...(command.length > 0 && { command: [...command] }),
    ...(env.length > 0 && { env: [...env] }),
    ...(target !== undefined && { targetContainerName: target }),
    ...(stdin && { stdin }),
    ...(tty && { tty }),
  };
  return { ephemeralContainers: [container] };
}

/** @throws {Failure} when it cannot be started. */
function hasStarted({ status }: Pod, name: string): boolean {
  const state = status.ephemeralContainerStatuses?.find((one) => one.name === name)?.state;
  const { reason = '', message = '' } = state?.waiting ?? {};
  if (/^(?:ErrImage|ImagePull|InvalidImage|Create|RunContainer)/.test(reason)) {
    throw new Failure(`container ${name} cannot start: ${reason}${message === '' ? '' : `: ${message}`}`);
  }
  return state?.running !== undefined || state?.terminated !== undefined;
}

function freshName(pod: Pod): string {
  const taken = new Set(containersOf(pod).map(({ name }) => name));
  for (;;) {
    const name = `debugger-${randomBytes(16)
      .toString('base64url')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')
      .slice(0, 5)}`;
    if (!taken.has(name)) return name;
  }
}
