import { chooseContainer } from '../pod-containers.ts';
import { parsePodName } from '../pod-name.ts';
import { findPod, podPath, type PodScope } from '../supervisors.ts';
import { joinTerminal, type TerminalIO } from '../terminal.ts';
import { refuseCompleted, streamQuery, usesTerminal } from './exec.ts';

export interface AttachArguments extends PodScope {
  readonly pod: string;
  readonly container: string | undefined;
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
}

/** Ctrl-P, Ctrl-Q: leaves the container and lets it go on. */
const detachKeys = Buffer.from([0x10, 0x11]);

/** `outrider attach`: joins the streams of a container that runs. */
export async function runAttach(args: AttachArguments, io: TerminalIO): Promise<number> {
  const notice = (line: string): void => {
    if (!args.quiet) io.stderr.write(`${line}\n`);
  };
  const { pod, client } = await findPod(parsePodName(args.pod), args);
  refuseCompleted(pod, 'attach');
  const container = chooseContainer(pod, args.container, notice);
  if (args.tty && container.tty !== true) notice(`error: Unable to use a TTY - container ${container.name} did not allocate one`);
  const raw = usesTerminal({ stdin: args.stdin, tty: container.tty === true }, io, notice);
  if (args.stdin) notice("If you don't see a command prompt, try pressing enter.");
  const { namespace, name } = pod.metadata;
  const query = streamQuery({ container: container.name, stdin: args.stdin, tty: container.tty === true });
  const streams = await client.connect(`${podPath(namespace, name)}/attach?${query}`);
  const exitCode = await joinTerminal(streams, io, { stdin: args.stdin, raw, ...(raw && { detachKeys }) });
  if (raw) {
    const again = `outrider attach ${name} -c ${container.name} -n ${namespace} -i -t`;
    notice(
      container.kind === 'ephemeral'
        ? `Session ended, the ephemeral container will not be restarted but may be reattached using '${again}' if it is still running`
        : `Session ended, resume using '${again}' command`,
    );
  }
  return exitCode;
}
