import { CommanderError, InvalidArgumentError } from 'commander';
import type { ListenOptions } from '../../agent/api/listen.ts';
import type { RuntimeChoice } from '../runtime-choice.ts';
import { type Commands, runtime, stateDir } from './shared.ts';

/** The resident agent. */
export function addAgentCommand({ command, setExitCode }: Commands): void {
  command('agent')
    .summary('run Pods until told to end, those of a folder among them')
    .description('Runs the Pods of a folder of manifests, and those of `outrider run --detach`; other commands talk to it.')
    .option('--manifests <dir>', 'a folder that is watched: a file added, changed or removed, and its Pods follow')
    .addOption(runtime())
    .option('--listen <address>', 'serve the API on a port too: ADDRESS:PORT; with a token or client certificates only')
    .option('--token-file <file>', 'the token that requests to the port bear (Authorization: Bearer ...); mode 600')
    .option('--tls-cert <file>', 'the certificate that the port shows (PEM)')
    .option('--tls-key <file>', 'its key (PEM)')
    .option('--client-ca <file>', 'clients of the port show a certificate of this authority (PEM)')
    .option('--stop-pods', 'end the Pods when the agent ends; otherwise containers of engines go on')
    .option('--exit-when-idle', 'end when no Pod runs and nobody asks')
    .addOption(stateDir())
    .addHelpText('after', agentHelp)
    .action(async (flags: AgentFlags) => {
      const { agentCommand } = await import('../commands/agent.ts');
      setExitCode(
        await agentCommand({
          manifests: flags.manifests,
          runtime: flags.runtime,
          stateDir: flags.stateDir,
          listen: listenOptions(flags),
          stopPods: flags.stopPods ?? false,
          exitWhenIdle: flags.exitWhenIdle ?? false,
        }),
      );
    });
}

interface AgentFlags {
  readonly manifests?: string;
  readonly runtime?: RuntimeChoice;
  readonly listen?: string;
  readonly tokenFile?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly clientCa?: string;
  readonly stopPods?: boolean;
  readonly exitWhenIdle?: boolean;
  readonly stateDir?: string;
}

function listenOptions({ listen, tokenFile, tlsCert, tlsKey, clientCa }: AgentFlags): ListenOptions | undefined {
  if (listen === undefined) {
    if (tokenFile ?? tlsCert ?? tlsKey ?? clientCa) throw wrong('--token-file, --tls-cert, --tls-key and --client-ca need --listen');
    return undefined;
  }
  if ((tlsCert === undefined) !== (tlsKey === undefined)) throw wrong('--tls-cert and --tls-key belong together');
  if (clientCa !== undefined && tlsCert === undefined) throw wrong('--client-ca needs --tls-cert and --tls-key');
  return {
    address: listen,
    ...(tokenFile !== undefined && { tokenFile }),
    ...(tlsCert !== undefined &&
      tlsKey !== undefined && {
        tls: { certFile: tlsCert, keyFile: tlsKey, ...(clientCa !== undefined && { clientCAFile: clientCa }) },
      }),
  };
}

function wrong(message: string): CommanderError {
  return new InvalidArgumentError(message);
}

const agentHelp = `
Examples:
  outrider agent --manifests /etc/outrider/manifests      a machine's own Pods, from its start
  outrider agent --runtime containerd
  outrider agent --listen 127.0.0.1:8210 --token-file token
  curl --unix-socket /run/outrider/*/agent.sock http://agent/metrics

The agent keeps records of its Pods in the state folder. After a crash it goes on with what still runs; SIGTERM leaves containers of
engines running for the next start, unless --stop-pods is given. Pods of the process runtime end with it and run again after it.

A changed file ends its Pods and runs them anew; where only images have changed, those containers alone restart. A file that becomes
invalid is named once, and its Pods stay as they were.

Exit codes: 0, or 1 if it cannot begin, 2 if the command line is wrong, 130 if interrupted twice.`;
