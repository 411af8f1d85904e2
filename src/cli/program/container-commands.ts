import { Argument } from 'commander';
import { collectVariable, type Variable } from '../arguments.ts';
import { Failure, exitCodes } from '../failure.ts';
import { type Commands, pod, type ScopeFlags, scopeOf, withScope } from './shared.ts';

/** The commands about what goes on inside a container, by kubectl's names. */
export function addContainerCommands({ command, setExitCode }: Commands): void {
  withScope(command('exec'))
    .summary('run a command in a container')
    .description('Runs a command in a container of a Pod; its exit code is that of the command.')
    .addArgument(pod)
    .addArgument(new Argument('[command...]', 'behind --: the command and its arguments; no shell reads them'))
    .option('-c, --container <name>', 'the container (default: the first one)')
    .option('-i, --stdin', 'pass standard input on')
    .option('-t, --tty', 'a terminal: with -i, every key goes there')
    .option('-q, --quiet', "print nothing but the command's output")
    .addHelpText('after', execHelp)
    .action(async (name: string, words: string[], options: StreamFlags) => {
      if (words.length === 0) throw usage('you must specify at least one command for the container; see outrider exec --help');
      const { runExec } = await import('../commands/exec.ts');
      setExitCode(await runExec({ ...streamArguments(name, options), command: words }, process));
    });

  withScope(command('attach'))
    .summary('join the streams of a container')
    .description('Shows the output of a container from now on, and with -i types into it. Ctrl-P Ctrl-Q leaves, and it goes on.')
    .addArgument(pod)
    .option('-c, --container <name>', 'the container (default: the first one)')
    .option('-i, --stdin', 'pass standard input on')
    .option('-t, --tty', 'its terminal: with -i, every key goes there')
    .option('-q, --quiet', "print nothing but the container's output")
    .addHelpText('after', attachHelp)
    .action(async (name: string, options: StreamFlags) => {
      const { runAttach } = await import('../commands/attach.ts');
      setExitCode(await runAttach(streamArguments(name, options), process));
    });

  withScope(command('cp'))
    .summary('copy files to and from containers')
    .description('Copies a file or a folder to or from a container, which needs a tar of its own.')
    .addArgument(new Argument('<source>', '[[NAMESPACE/]POD:]PATH'))
    .addArgument(new Argument('<destination>', '[[NAMESPACE/]POD:]PATH'))
    .option('-c, --container <name>', 'the container (default: the first one)')
    .option('--no-preserve', 'leave owners and permissions behind')
    .addHelpText('after', cpHelp)
    .action(async (source: string, destination: string, options: ScopeFlags & { container?: string; preserve: boolean }) => {
      const { runCp } = await import('../commands/cp.ts');
      const { container, preserve } = options;
      setExitCode(await runCp({ ...scopeOf(options), source, destination, container, noPreserve: !preserve }, process));
    });

  withScope(command('debug'))
    .summary('add a container to a Pod that runs')
    .description('Adds an ephemeral container to a Pod that runs, with tools that its own containers lack.')
    .addArgument(pod)
    .addArgument(new Argument('[command...]', 'behind --: what it runs (default: what its image says)'))
    .requiredOption('--image <image>', 'its image')
    .option('-c, --container <name>', 'its name (default: one is made up)')
    .option('--target <container>', 'see the processes of this container')
    .option('--env <name=value>', 'a variable; repeatable', collectVariable)
    .option('-i, --stdin', 'join it, and pass standard input on')
    .option('-t, --tty', 'give it a terminal')
    .option('-q, --quiet', "print nothing but the container's output")
    .addHelpText('after', debugHelp)
    .action(async (name: string, words: string[], options: DebugFlags) => {
      const { runDebug } = await import('../commands/debug.ts');
      const { image, target, env = [] } = options;
      setExitCode(await runDebug({ ...streamArguments(name, options), image, target, env, command: words }, process));
    });
}

interface StreamFlags extends ScopeFlags {
  readonly container?: string;
  readonly stdin?: boolean;
  readonly tty?: boolean;
  readonly quiet?: boolean;
}

interface DebugFlags extends StreamFlags {
  readonly image: string;
  readonly target?: string;
  readonly env?: Variable[];
}

function streamArguments(name: string, options: StreamFlags) {
  const { container, stdin = false, tty = false, quiet = false } = options;
  return { ...scopeOf(options), pod: name, container, stdin, tty, quiet };
}

function usage(message: string): Failure {
  return new Failure(message, { exitCode: exitCodes.usage });
}

const execHelp = `
Examples:
  outrider exec web -- date
  outrider exec web -c proxy -- ls -l /etc
  outrider exec -it web -- sh
  outrider exec -i web -- sh -c 'cat > /tmp/file' < file

Exit codes: that of the command; 1 if it cannot be run, 2 if the command line is wrong.`;

const attachHelp = `
Examples:
  outrider attach web
  outrider attach -it web -c shell

Exit codes: 0, or 1 if there is no such container, 2 if the command line is wrong.`;

const cpHelp = `
Examples:
  outrider cp app.conf web:/etc/app.conf
  outrider cp web:/var/log/app ./logs -c app
  outrider cp data shop/db:/tmp/data

Symbolic links of a container are left out. For more than that: outrider exec web -- tar cf - /path | tar xf -

Exit codes: 0, or that of tar, or 1 if something cannot be copied, 2 if the command line is wrong.`;

const debugHelp = `
Examples:
  outrider debug -it web --image busybox --target app
  outrider debug web --image busybox -c tools -- sleep 1h; outrider exec -it web -c tools -- sh

Exit codes: 0, or 1 if it cannot be started, 2 if the command line is wrong.`;
