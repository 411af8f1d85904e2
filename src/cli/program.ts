import { Argument, Command, Option } from 'commander';
import { kubernetesVersions } from '../simulator/kubernetes-version.ts';
import { collect, collectHost, parseDuration, parseKubernetes, parseSeconds, parseSeed, parseSpeed } from './arguments.ts';
import { shells } from './completion.ts';
import type { Shell } from './completion.ts';
import type { TimelineFormat } from './commands/timeline.ts';
import type { HostEntry, InitFailure, OutputFormat } from './run-options.ts';
import { type RuntimeChoice, runtimeChoices } from './runtime-choice.ts';
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

  command('run')
    .summary('run Pods until they end, or until Ctrl-C')
    .description('Runs the Pods of the manifests, and shows what they do and what they wait for.')
    .addArgument(files)
    .addOption(runtime())
    .option(
      '--stand-in <file>',
      'say what the images are on this machine (default: stand-ins.yaml beside the manifest); repeatable',
      collect,
    )
    .option('--host <name=address>', 'another name that resolves inside the containers; repeatable', collectHost)
    .option('--for <time>', 'delete the Pods after this time, e.g. 30s or 1m30s', parseDuration)
    .option('--grace-period <seconds>', "grace period of the deletion (default: each Pod's own)", parseSeconds)
    .addOption(initFailure())
    .addOption(output('text, or json: one watch event a line'))
    .option('--state-dir <dir>', 'where logs and state are kept')
    .addHelpText('after', runHelp)
    .action(async (paths: string[], options: RunFlags) => {
      const { runCommand } = await import('./commands/run.ts');
      setExitCode(
        await runCommand({
          files: paths,
          runtime: options.runtime,
          standIns: options.standIn ?? [],
          hosts: options.host ?? [],
          forMs: options.for,
          gracePeriodSeconds: options.gracePeriod,
          initFailure: options.initFailure,
          output: options.output,
          stateDir: options.stateDir,
        }),
      );
    });

  command('simulate')
    .summary('show what Pods would do, under a virtual clock')
    .description('Runs the Pods of the manifests on made-up containers under a virtual clock: the very rules that run real ones.')
    .addArgument(files)
    .option('--scenario <file>', 'what the containers do and what befalls the Pods (YAML)')
    .option('--seed <number>', 'decides what is left to chance (default: 1)', parseSeed)
    .option('--until <time>', 'virtual time to stop at (default: 10m)', parseDuration)
    .option('--speed <factor>', 'watch it play, e.g. 10x; without it the answer comes at once', parseSpeed)
    .option('--kubernetes <version>', 'follow the rules of this version, 1.27 to 1.36', parseKubernetes, kubernetesVersions.newest)
    .addOption(initFailure())
    .addOption(output('text, or json: one watch event a line'))
    .addHelpText('after', simulateHelp)
    .action(async (paths: string[], options: SimulateFlags) => {
      const { simulateCommand } = await import('./commands/simulate.ts');
      setExitCode(
        await simulateCommand({
          files: paths,
          scenario: options.scenario,
          seed: options.seed,
          untilMs: options.until,
          speed: options.speed,
          kubernetesMinor: options.kubernetes,
          initFailure: options.initFailure,
          output: options.output,
        }),
      );
    });

  command('validate')
    .summary('say what the API server would say')
    .description('Checks manifests as the API server does, with every error and its place.')
    .addArgument(files)
    .addOption(output('text or json'))
    .addHelpText('after', validateHelp)
    .action(async (paths: string[], options: { output: OutputFormat }) => {
      const { runValidate } = await import('./commands/validate.ts');
      setExitCode(await runValidate({ files: paths, output: options.output }, process));
    });

  command('resources')
    .summary('say what Pods need, and when')
    .description(
      'Prints the requests and limits that the scheduler counts for each Pod, phase by phase, with the formula and the QoS class.',
    )
    .addArgument(files)
    .addOption(output('text or json'))
    .addHelpText('after', resourcesHelp)
    .action(async (paths: string[], options: { output: OutputFormat }) => {
      const { runResources } = await import('./commands/resources.ts');
      setExitCode(await runResources({ files: paths, output: options.output }, process));
    });

  command('explain')
    .summary('say what Pods are going to do, and why')
    .description('Explains how the Pods of the manifests start, fail, restart and stop, with their own names and numbers.')
    .addArgument(files)
    .addOption(output('text or json'))
    .addHelpText('after', explainHelp)
    .action(async (paths: string[], options: { output: OutputFormat }) => {
      const { runExplain } = await import('./commands/explain.ts');
      setExitCode(await runExplain({ files: paths, output: options.output }, process));
    });

  command('compare')
    .summary('compare init containers and sidecars')
    .description(
      'Says what init containers and sidecars have in common and what not, and when to use which; with manifests, as their Pods have them.',
    )
    .addArgument(new Argument('[file...]', 'manifests: files, folders, http(s) URLs, or - for standard input'))
    .addOption(output('text or json'))
    .addHelpText('after', compareHelp)
    .action(async (paths: string[], options: { output: OutputFormat }) => {
      const { runCompare } = await import('./commands/compare.ts');
      setExitCode(await runCompare({ files: paths, output: options.output }, process));
    });

  command('timeline')
    .summary('draw a run')
    .description('Draws recorded or simulated runs: what each container did and waited for, and the critical path to Ready.')
    .addArgument(new Argument('<file...>', 'runs: what `run -o json` or `kubectl get pods -o json` printed; - for standard input'))
    .addOption(
      new Option('--format <format>', 'how to draw (default: what the name of the output file ends in, or text)').choices([
        'text',
        'svg',
        'html',
        'json',
        'mermaid',
      ]),
    )
    .option('--critical-path', 'print what Ready waited for, one after the other, as text or json')
    .option('-o, --output <file>', 'write to a file (default: standard output)')
    .addHelpText('after', timelineHelp)
    .action(async (paths: string[], { format, criticalPath = false, output: file }: TimelineFlags) => {
      const { runTimeline } = await import('./commands/timeline.ts');
      setExitCode(await runTimeline({ files: paths, format, criticalPath, output: file }, process));
    });

  command('ps')
    .summary('print Pods as kubectl get pods does')
    .description('Prints READY, STATUS and RESTARTS of Pods that have a status, as kubectl does.')
    .requiredOption(
      '--from <file>',
      'what `kubectl get pods -o json` printed: file, folder, URL or - for standard input; repeatable',
      collect,
    )
    .addOption(output('text or json'))
    .addHelpText('after', psHelp)
    .action(async (options: { from: string[]; output: OutputFormat }) => {
      const { runPs } = await import('./commands/ps.ts');
      setExitCode(await runPs({ ...options, now: Date.now() }, process));
    });

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

interface RunFlags {
  readonly runtime?: RuntimeChoice;
  readonly standIn?: string[];
  readonly host?: HostEntry[];
  readonly for?: number;
  readonly gracePeriod?: number;
  readonly initFailure?: InitFailure;
  readonly output: OutputFormat;
  readonly stateDir?: string;
}

interface SimulateFlags {
  readonly scenario?: string;
  readonly seed?: number;
  readonly until?: number;
  readonly speed?: number;
  readonly kubernetes: number;
  readonly initFailure?: InitFailure;
  readonly output: OutputFormat;
}

function runtime(): Option {
  const option = new Option('--runtime <name>', 'what runs the containers (default: OUTRIDER_RUNTIME, the config file, or auto)');
  return option.choices(runtimeChoices);
}

function initFailure(): Option {
  const option = new Option('--init-failure <how>', "what a failed init container leads to (default: the Pod's annotation, or restart)");
  return option.choices(['restart', 'restart-pod']);
}

interface TimelineFlags {
  readonly format?: TimelineFormat;
  readonly criticalPath?: boolean;
  readonly output?: string;
}

const files = new Argument('<file...>', 'manifests: files, folders, http(s) URLs, or - for standard input');

function output(description: string): Option {
  return new Option('-o, --output <format>', description).choices(['text', 'json']).default('text');
}

const overview = `
Examples:
  outrider run pod.yaml                  run a Pod and watch it
  outrider run pod.yaml --for 30s        ... and delete it after 30 seconds
  outrider validate manifests/           every error of every manifest
  outrider resources pod.yaml            what the scheduler reserves for it, and why
  kubectl get pods -o json | outrider ps --from -

Exit codes:
  0    everything succeeded, or ended on request without a failure
  1    something is invalid or failed
  2    the command line is wrong
  130  interrupted twice
  otherwise that of the main container that failed

Environment:
  NO_COLOR, FORCE_COLOR  never or always print colours
  OUTRIDER_DEBUG=1       print stack traces with errors`;

const runHelp = `
Examples:
  outrider run pod.yaml                          until it ends, or Ctrl-C
  outrider run app.yaml db.yaml --for 1m30s      two files, for a minute and a half
  outrider run k8s/ --stand-in images.yaml       a folder; what its images are on this machine
  outrider run pod.yaml --host db=192.168.1.5    db resolves inside the containers
  outrider run pod.yaml -o json | jq .object.status.phase
  cat pod.yaml | outrider run -

The first Ctrl-C deletes the Pods with their grace period, the second one kills them.

Exit codes: 0 if every Pod succeeded or ended on request without a failure, 1 if a manifest is invalid or a Pod failed,
2 if the command line is wrong, 130 if interrupted twice, otherwise the exit code of the main container that failed.`;

const simulateHelp = `
Examples:
  outrider simulate pod.yaml                            what it does if all goes well
  outrider simulate pod.yaml --scenario outage.yaml     ... and if it does not
  outrider simulate pod.yaml --kubernetes 1.27          what an older cluster makes of it
  outrider simulate pod.yaml --speed 10x                watch it play
  outrider simulate pod.yaml -o json | outrider timeline -

A scenario, every part of it optional:
  containers:
    app:                          # a list: one attempt after the other, the last repeats
      - {run: 5s, exit: 1}
      - {run: forever, readiness: {from: 2s}, stop: {after: 3s, exit: 0}}
  events:
    - {at: 30s, delete: {gracePeriod: 5}}`;

const validateHelp = `
Examples:
  outrider validate pod.yaml
  outrider validate manifests/ -o json
  helm template chart/ | outrider validate -

Exit codes: 0 if all is valid, 1 if not, 2 if the command line is wrong.`;

const resourcesHelp = `
Examples:
  outrider resources pod.yaml
  outrider resources manifests/ -o json | jq -r '.items[] | [.name, .requests.cpu, .requests.memory] | @tsv'
  helm template chart/ | outrider resources -

Each phase is an init container or sidecar being started beside the sidecars before it, then all that keeps running. A bar shows what
the phase needs of what is reserved for the Pod. With -o json, the phases have what their containers need together; "requests" and
"limits" of the item have the Pod's own values (spec.resources) and its overhead in them as well.

Exit codes: 0, or 1 if a manifest is invalid or there is no Pod, 2 if the command line is wrong.`;

const explainHelp = `
Examples:
  outrider explain pod.yaml
  outrider explain manifests/ | less
  helm template chart/ | outrider explain -
  outrider explain job.yaml -o json | jq '.items[].completion'

Exit codes: 0, or 1 if a manifest is invalid, 2 if the command line is wrong.`;

const compareHelp = `
Examples:
  outrider compare                       the table, and when to use which
  outrider compare pod.yaml              filled in with the containers of a Pod

Exit codes: 0, or 1 if a manifest is invalid, 2 if the command line is wrong.`;

const psHelp = `
Examples:
  kubectl get pods -o json | outrider ps --from -
  outrider run pod.yaml -o json > run.ndjson; outrider ps --from run.ndjson
  outrider ps --from pods.json -o json

Exit codes: 0, or 1 if something cannot be read, 2 if the command line is wrong.`;

const timelineHelp = `
Examples:
  outrider run pod.yaml -o json > run.ndjson; outrider timeline run.ndjson
  outrider timeline run.ndjson -o run.svg                  a picture for a README, light and dark
  outrider timeline run.ndjson -o run.html                 a page with zoom and details
  outrider timeline run.ndjson --critical-path             what Ready waited for, like systemd-analyze critical-chain
  outrider simulate pod.yaml -o json | outrider timeline - run.ndjson     simulated and real, over one another
  kubectl get pod web -w -o json --output-watch-events | outrider timeline -
  kubectl get pod web -o json | outrider timeline -        what can be told from its status

Files: what \`outrider run\` and \`outrider simulate\` print with -o json; what kubectl prints of Pods (and Events) with -o json. Several
are laid over one another, each Pod at its creation.

Exit codes: 0, or 1 if something cannot be read or written, 2 if the command line is wrong.`;

const completionHelp = `
Examples:
  bash:  echo 'source <(outrider completion bash)' >> ~/.bashrc
  zsh:   outrider completion zsh > "\${fpath[1]}/_outrider"
  fish:  outrider completion fish > ~/.config/fish/completions/outrider.fish`;
