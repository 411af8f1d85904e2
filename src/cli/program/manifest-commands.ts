import { Argument, Option } from 'commander';
import { kubernetesVersions } from '../../simulator/kubernetes-version.ts';
import { parseDuration, parseKubernetes, parseSeed, parseSpeed } from '../arguments.ts';
import type { TimelineFormat } from '../commands/timeline.ts';
import type { InitFailure, OutputFormat } from '../run-options.ts';
import { files, initFailure, output, type Commands } from './shared.ts';

/** The commands that only look at manifests and at what was recorded. */
export function addManifestCommands({ command, setExitCode }: Commands): void {
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
      const { simulateCommand } = await import('../commands/simulate.ts');
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
      const { runValidate } = await import('../commands/validate.ts');
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
      const { runResources } = await import('../commands/resources.ts');
      setExitCode(await runResources({ files: paths, output: options.output }, process));
    });

  command('explain')
    .summary('say what Pods are going to do, and why')
    .description('Explains how the Pods of the manifests start, fail, restart and stop, with their own names and numbers.')
    .addArgument(files)
    .addOption(output('text or json'))
    .addHelpText('after', explainHelp)
    .action(async (paths: string[], options: { output: OutputFormat }) => {
      const { runExplain } = await import('../commands/explain.ts');
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
      const { runCompare } = await import('../commands/compare.ts');
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
      const { runTimeline } = await import('../commands/timeline.ts');
      setExitCode(await runTimeline({ files: paths, format, criticalPath, output: file }, process));
    });
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

interface TimelineFlags {
  readonly format?: TimelineFormat;
  readonly criticalPath?: boolean;
  readonly output?: string;
}

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
