import type { Pod } from '../../pod/types.ts';
import { exitCodes, Failure } from '../failure.ts';
import { chooseContainer } from '../pod-containers.ts';
import { parsePodName } from '../pod-name.ts';
import { findPod, podPath, type PodScope } from '../supervisors.ts';
import { joinTerminal, type TerminalIO } from '../terminal.ts';

export interface ExecArguments extends PodScope {
  readonly pod: string;
  readonly container: string | undefined;
  /** Not empty; no shell takes it apart. */
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly tty: boolean;
  /** Prints nothing of its own. */
  readonly quiet: boolean;
}

/**
 * `outrider exec`: runs a command in a container.
 *
 * @returns the exit code of the command.
 */
export async function runExec(args: ExecArguments, io: TerminalIO): Promise<number> {
  const notice = (line: string): void => {
    if (!args.quiet) io.stderr.write(`${line}\n`);
  };
  const { pod, client } = await findPod(parsePodName(args.pod), args);
  refuseCompleted(pod, 'exec into');
  const container = chooseContainer(pod, args.container, notice);
  const raw = usesTerminal(args, io, notice);
  const { namespace, name } = pod.metadata;
  const query = streamQuery({ container: container.name, stdin: args.stdin, tty: raw, command: args.command });
  const streams = await client.connect(`${podPath(namespace, name)}/exec?${query}`);
  const exitCode = await joinTerminal(streams, io, { stdin: args.stdin, raw });
  if (exitCode !== 0) notice(`command terminated with exit code ${exitCode}`);
  return exitCode;
}

/** @param what - Stands before "a container". */
export function refuseCompleted({ status }: Pod, what: string): void {
  if (status.phase !== 'Succeeded' && status.phase !== 'Failed') return;
  throw new Failure(`cannot ${what} a container in a completed pod; current phase is ${status.phase}`, { exitCode: exitCodes.failed });
}

/** Whether the terminal becomes the container's: only where there is one, and with its keys. */
export function usesTerminal(
  { stdin, tty }: { readonly stdin: boolean; readonly tty: boolean },
  io: TerminalIO,
  notice: (line: string) => void,
): boolean {
  if (!stdin || !tty) return false;
  if (io.stdin.isTTY === true) return true;
  notice('Unable to use a TTY - input is not a terminal or the right kind of file');
  return false;
}

/** Of `exec` and `attach`. A terminal has one stream for all output. */
export function streamQuery(options: {
  readonly container: string;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly command?: readonly string[];
}): string {
  const { container, stdin, tty, command = [] } = options;
  const query = new URLSearchParams({ container });
  for (const word of command) query.append('command', word);
  for (const [name, isSet] of Object.entries({ stdin, stdout: true, stderr: !tty, tty })) if (isSet) query.set(name, 'true');
  return query.toString();
}
