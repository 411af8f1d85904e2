import { Argument, Option } from 'commander';
import { collect, collectList, parseCount, parseDuration, parseSeconds, parseTail, parseTime, parseTimeout } from '../arguments.ts';
import type { ListFormat } from '../printed-list.ts';
import { Failure, exitCodes } from '../failure.ts';
import { type Commands, output, pod, pods, type ScopeFlags, scopeOf, withScope } from './shared.ts';

/** The commands about Pods that run here, by the names of kubectl's where it has them. */
export function addPodCommands({ command, setExitCode }: Commands): void {
  const now = Date.now;

  withScope(command('ps'))
    .summary('print Pods as kubectl get pods does')
    .description('Prints READY, STATUS and RESTARTS of the Pods that are supervised here, or of files.')
    .addArgument(new Argument('[pod...]', 'Pods: NAME or pod/NAME (default: all)'))
    .option('-A, --all-namespaces', 'Pods of all namespaces')
    .option('-w, --watch', 'then every change')
    .option('--no-headers', 'without the headings')
    .option('--from <file>', 'what `kubectl get pods -o json` printed: file, folder, URL or - for standard input; repeatable', collect)
    .addOption(output('text, wide, json, yaml or name', ['text', 'wide', 'json', 'yaml', 'name']))
    .addHelpText('after', psHelp)
    .action(async (names: string[], options: PsFlags) => {
      const { runPs } = await import('../commands/ps.ts');
      const { from = [], allNamespaces = false, watch = false, headers } = options;
      setExitCode(
        await runPs({ ...scopeOf(options), names, from, allNamespaces, watch, noHeaders: !headers, output: options.output, now }, process),
      );
    });

  withScope(command('logs'))
    .summary('print the output of containers')
    .description('Prints the output of a container of a Pod; of all of them with --all-containers.')
    .addArgument(pod)
    .addArgument(new Argument('[container]', 'as --container'))
    .option('-c, --container <name>', 'the container (default: the first one)')
    .option('--all-containers', 'all containers of the Pod')
    .option('-f, --follow', 'go on until the container ends')
    .option('-p, --previous', 'of the run before the last restart')
    .option('--timestamps', 'with the time of each line')
    .option('--prefix', 'with the Pod and the container ahead of each line')
    .option('--tail <lines>', 'only so many lines from the end', parseTail)
    .option('--since <time>', 'only what is newer, e.g. 5m', parseDuration)
    .option('--since-time <time>', 'only what is newer than an RFC 3339 time', parseTime)
    .option('--limit-bytes <bytes>', 'at most so much', parseCount)
    .option('--max-log-requests <number>', 'how many containers may be followed at once', parseCount, 5)
    .addHelpText('after', logsHelp)
    .action(async (name: string, container: string | undefined, options: LogsFlags) => {
      const { runLogs } = await import('../commands/logs.ts');
      if (container !== undefined && options.container !== undefined) throw usage('only one of -c or an inline [CONTAINER] arg is allowed');
      if (options.since !== undefined && options.sinceTime !== undefined) throw usage('only one of --since-time / --since may be used');
      const { allContainers = false, follow = false, previous = false, timestamps = false, prefix = false, maxLogRequests } = options;
      const flags = { allContainers, follow, previous, timestamps, prefix, maxLogRequests };
      const { tail, since: sinceMs, sinceTime, limitBytes } = options;
      const limits = { tail, sinceMs, sinceTime, limitBytes, container: options.container ?? container };
      setExitCode(await runLogs({ ...scopeOf(options), pod: name, ...flags, ...limits }, process));
    });

  withScope(command('describe'))
    .summary('print all about Pods')
    .description('Prints what kubectl describe pod prints, and what each container waits for.')
    .addArgument(pods)
    .addHelpText('after', describeHelp)
    .action(async (names: string[], options: ScopeFlags) => {
      const { runDescribe } = await import('../commands/describe.ts');
      // As kubectl has it: describe pod NAME.
      const given = names.length > 1 && /^(?:pods?|po)$/i.test(names[0] ?? '') ? names.slice(1) : names;
      setExitCode(await runDescribe({ ...scopeOf(options), pods: given, now }, process));
    });

  withScope(command('events'))
    .summary('print Events')
    .description('Prints the Events of Pods, oldest first.')
    .addArgument(new Argument('[pod]', 'a Pod: NAME or pod/NAME (default: all)'))
    .option('--for <pod>', 'as the argument')
    .option('-A, --all-namespaces', 'Events of all namespaces')
    .option('-w, --watch', 'then every new one')
    .option('--types <types>', 'only Normal or only Warning ones', collectList)
    .option('--no-headers', 'without the headings')
    .addOption(output('text, json, yaml or name', ['text', 'json', 'yaml', 'name']))
    .addHelpText('after', eventsHelp)
    .action(async (name: string | undefined, options: EventsFlags) => {
      const { runEvents } = await import('../commands/events.ts');
      const { allNamespaces = false, watch = false, types = [], headers } = options;
      const args = { pod: name ?? options.for, allNamespaces, watch, types, noHeaders: !headers, output: options.output, now };
      setExitCode(await runEvents({ ...scopeOf(options), ...args }, process));
    });

  withScope(command('wait'))
    .summary('wait until Pods are ready, gone, or anything else')
    .description('Waits until each Pod is what --for says.')
    .addArgument(pods)
    .requiredOption('--for <condition>', "condition=NAME[=VALUE], delete, or jsonpath='{PATH}'[=VALUE]; repeatable", collect)
    .option('--timeout <time>', 'give up after this time; 0 looks once', parseTimeout, 30_000)
    .addHelpText('after', waitHelp)
    .action(async (names: string[], options: ScopeFlags & { for: string[]; timeout: number }) => {
      const { runWait } = await import('../commands/wait.ts');
      setExitCode(await runWait({ ...scopeOf(options), pods: names, conditions: options.for, timeoutMs: options.timeout }, process));
    });

  withScope(command('stop'))
    .summary('end Pods')
    .description('Deletes Pods with their grace period, and waits for their end. Their logs stay until they are removed.')
    .addArgument(pods)
    .option('--grace-period <seconds>', "grace period (default: each Pod's own)", parseSeconds)
    .addOption(new Option('--now', 'with a grace period of 1 s').conflicts('gracePeriod'))
    .option('--no-wait', 'do not wait until they have ended')
    .addHelpText('after', stopHelp)
    .action(async (names: string[], options: ScopeFlags & { gracePeriod?: number; now?: boolean; wait: boolean }) => {
      const { runStop } = await import('../commands/stop.ts');
      const gracePeriodSeconds = options.now === true ? 1 : options.gracePeriod;
      setExitCode(await runStop({ ...scopeOf(options), pods: names, gracePeriodSeconds, wait: options.wait }, process));
    });

  withScope(command('rm'))
    .summary('forget Pods that have ended')
    .description('Removes the records and logs of Pods that have ended.')
    .addArgument(new Argument('[pod...]', 'Pods: NAME or pod/NAME'))
    .option('-f, --force', 'also Pods that run: they are killed')
    .option('--all', 'all of the namespace that have ended')
    .addHelpText('after', rmHelp)
    .action(async (names: string[], options: ScopeFlags & { force?: boolean; all?: boolean }) => {
      const { runRm } = await import('../commands/rm.ts');
      setExitCode(await runRm({ ...scopeOf(options), pods: names, force: options.force ?? false, all: options.all ?? false }, process));
    });
}

function usage(message: string): Failure {
  return new Failure(message, { exitCode: exitCodes.usage });
}

interface PsFlags extends ScopeFlags {
  readonly from?: string[];
  readonly allNamespaces?: boolean;
  readonly watch?: boolean;
  readonly headers: boolean;
  readonly output: 'text' | 'wide' | ListFormat;
}

interface LogsFlags extends ScopeFlags {
  readonly container?: string;
  readonly allContainers?: boolean;
  readonly follow?: boolean;
  readonly previous?: boolean;
  readonly timestamps?: boolean;
  readonly prefix?: boolean;
  readonly tail?: number;
  readonly since?: number;
  readonly sinceTime?: string;
  readonly limitBytes?: number;
  readonly maxLogRequests: number;
}

interface EventsFlags extends ScopeFlags {
  readonly for?: string;
  readonly allNamespaces?: boolean;
  readonly watch?: boolean;
  readonly types?: string[];
  readonly headers: boolean;
  readonly output: 'text' | ListFormat;
}

const psHelp = `
Examples:
  outrider ps                                     Pods of the namespace default
  outrider ps -A -o wide                          of all namespaces, with their addresses
  outrider ps web -w                              a Pod, and every change of it
  outrider ps web -o json | jq '.items[0].status'
  kubectl get pods -o json | outrider ps --from -
  outrider run pod.yaml -o json > run.ndjson; outrider ps --from run.ndjson

Exit codes: 0, or 1 if something cannot be read or is not there, 2 if the command line is wrong.`;

const logsHelp = `
Examples:
  outrider logs web                       of the first container
  outrider logs web -c proxy -f           of another one, as it comes
  outrider logs web --all-containers --prefix
  outrider logs web -c app --previous     before its last restart
  outrider logs web --tail 20 --since 5m --timestamps

Exit codes: 0, or 1 if there is no such log, 2 if the command line is wrong.`;

const describeHelp = `
Examples:
  outrider describe web
  outrider describe pod/web pod/db -n shop

Exit codes: 0, or 1 if there is no such Pod, 2 if the command line is wrong.`;

const eventsHelp = `
Examples:
  outrider events
  outrider events web -w
  outrider events --types Warning -A

Exit codes: 0, or 2 if the command line is wrong.`;

const waitHelp = `
Examples:
  outrider wait --for=condition=Ready pod/web
  outrider wait --for=condition=Ready web db --timeout 2m
  outrider wait --for=jsonpath='{.status.phase}'=Succeeded job-x7k2p
  outrider wait --for=delete web

Exit codes: 0, or 1 if it did not come to that, 2 if the command line is wrong.`;

const stopHelp = `
Examples:
  outrider stop web
  outrider stop web db --grace-period 5
  outrider stop web --now

Exit codes: 0, or 1 if there is no such Pod, 2 if the command line is wrong.`;

const rmHelp = `
Examples:
  outrider rm web
  outrider rm -f web          also while it runs
  outrider rm --all

Exit codes: 0, or 1 if one is not there or runs, 2 if the command line is wrong.`;
