import { Argument, Command } from 'commander';
import { shells } from './completion.ts';
import type { Shell } from './completion.ts';
import { addAgentCommand } from './program/agent-command.ts';
import { addContainerCommands } from './program/container-commands.ts';
import { addManifestCommands } from './program/manifest-commands.ts';
import { addPodCommands } from './program/pod-commands.ts';
import { addRunCommands } from './program/run-commands.ts';
import { version } from './version.ts';

/**
 * All commands with their options and help. What a command does is loaded when it runs; its exit code goes to `setExitCode`.
 * Parsing throws a `CommanderError` for usage errors instead of ending the process.
 */
export function createProgram(setExitCode: (code: number) => void): Command {
  const program = new Command('outrider')
    .description('Runs Kubernetes Pods on this machine, without a cluster, as a kubelet would.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'print the help of a command')
    .exitOverride()
    .configureOutput({ outputError: () => undefined })
    .addHelpText('after', overview);
  // Subcommands take over how errors and help are handled.
  const command = (name: string): Command => program.command(name).helpOption('-h, --help', 'print help');
  const commands = { command, setExitCode };

  addRunCommands(commands);
  addAgentCommand(commands);
  addPodCommands(commands);
  addContainerCommands(commands);
  addManifestCommands(commands);

  command('completion')
    .summary('print the completion script of a shell')
    .description('Prints a script that makes the shell complete commands, options and files.')
    .addArgument(new Argument('<shell>').choices(shells))
    .addHelpText('after', completionHelp)
    .action(async (shell: Shell) => {
      const { completionScript } = await import('./completion.ts');
      process.stdout.write(completionScript(program, shell));
    });

  return program;
}

const overview = `
Examples:
  outrider run pod.yaml                  run a Pod and watch it
  outrider run pod.yaml --for 30s        ... and delete it after 30 seconds
  outrider run pod.yaml --detach         ... in the background
  outrider ps                            what runs
  outrider logs web -f                   what it says
  outrider exec -it web -- sh            a shell in it
  outrider stop web                      end it
  outrider validate manifests/           every error of every manifest
  outrider resources pod.yaml            what the scheduler reserves for it, and why

Exit codes:
  0    everything succeeded, or ended on request without a failure
  1    something is invalid or failed
  2    the command line is wrong
  130  interrupted twice
  otherwise that of the main container that failed, or of the command that exec ran

Environment:
  OUTRIDER_RUNTIME       what runs the containers: auto, process, docker, podman or containerd
  NO_COLOR, FORCE_COLOR  never or always print colours
  OUTRIDER_DEBUG=1       print stack traces with errors`;

const completionHelp = `
Examples:
  bash:  echo 'source <(outrider completion bash)' >> ~/.bashrc
  zsh:   outrider completion zsh > "\${fpath[1]}/_outrider"
  fish:  outrider completion fish > ~/.config/fish/completions/outrider.fish`;
