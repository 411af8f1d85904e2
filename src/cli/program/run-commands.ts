import { Argument, Option } from 'commander';
import { collect, collectHost, collectPublish, parseDuration, parseSeconds } from '../arguments.ts';
import type { HostEntry, InitFailure, OutputFormat } from '../run-options.ts';
import type { RuntimeChoice } from '../runtime-choice.ts';
import { type Commands, files, initFailure, output, runtime, stateDir } from './shared.ts';

/** The commands that run Pods, or look after what runs them. */
export function addRunCommands({ command, setExitCode }: Commands): void {
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
    .option(
      '--publish <ports>',
      'lead a port of this machine to a Pod: [POD:][ADDRESS:]HOSTPORT:PORT[/udp] (default address: 127.0.0.1); repeatable',
      collectPublish,
    )
    .option('-d, --detach', 'hand the Pods to the agent, which is started if none runs, and end')
    .option('--host <name=address>', 'another name that resolves inside the containers; repeatable', collectHost)
    .option('--for <time>', 'delete the Pods after this time, e.g. 30s or 1m30s', parseDuration)
    .option('--grace-period <seconds>', "grace period of the deletion (default: each Pod's own)", parseSeconds)
    .addOption(initFailure())
    .addOption(output('text, or json: one watch event a line'))
    .addOption(stateDir())
    .addHelpText('after', runHelp)
    .action(async (paths: string[], options: RunFlags) => {
      const { runCommand } = await import('../commands/run.ts');
      setExitCode(
        await runCommand({
          files: paths,
          runtime: options.runtime,
          standIns: options.standIn ?? [],
          detach: options.detach ?? false,
          publish: options.publish ?? [],
          hosts: options.host ?? [],
          forMs: options.for,
          gracePeriodSeconds: options.gracePeriod,
          initFailure: options.initFailure,
          output: options.output,
          stateDir: options.stateDir,
        }),
      );
    });

  command('load')
    .summary('give images of archives to the engine')
    .description('Loads image archives, as `docker save` writes them or as OCI layouts, into the container engine.')
    .addArgument(new Argument('<file...>', 'tar files'))
    .addOption(runtime())
    .addOption(stateDir())
    .addHelpText('after', loadHelp)
    .action(async (paths: string[], options: { runtime?: RuntimeChoice; stateDir?: string }) => {
      const { runLoad } = await import('../commands/load.ts');
      setExitCode(await runLoad({ files: paths, runtime: options.runtime, stateDir: options.stateDir }, process));
    });

  command('prune')
    .summary('remove what crashes have left')
    .description('Removes containers, networks, volumes and records that killed supervisors or a crash of the machine have left.')
    .addOption(runtime())
    .addOption(new Option('--all', 'also Pods that the agent would go on with when it is started again'))
    .addOption(stateDir())
    .addHelpText('after', pruneHelp)
    .action(async (options: { runtime?: RuntimeChoice; all?: boolean; stateDir?: string }) => {
      const { runPrune } = await import('../commands/prune.ts');
      setExitCode(await runPrune({ runtime: options.runtime, all: options.all ?? false, stateDir: options.stateDir }, process));
    });
}

interface RunFlags {
  readonly runtime?: RuntimeChoice;
  readonly standIn?: string[];
  readonly publish?: string[];
  readonly detach?: boolean;
  readonly host?: HostEntry[];
  readonly for?: number;
  readonly gracePeriod?: number;
  readonly initFailure?: InitFailure;
  readonly output: OutputFormat;
  readonly stateDir?: string;
}

const runHelp = `
Examples:
  outrider run pod.yaml                          until it ends, or Ctrl-C
  outrider run app.yaml db.yaml --for 1m30s      two files, for a minute and a half
  outrider run k8s/ --stand-in images.yaml       a folder; what its images are on this machine
  outrider run pod.yaml --host db=192.168.1.5    db resolves inside the containers
  outrider run pod.yaml --runtime containerd     on containerd or CRI-O; --runtime process needs no engine
  outrider run pod.yaml --publish 8080:80        http://127.0.0.1:8080 leads to port 80 of the Pod
  outrider run pod.yaml --detach                 in the background; see outrider ps, logs, exec, stop
  outrider run pod.yaml -o json | jq .object.status.phase
  cat pod.yaml | outrider run -

Runtime: --runtime, else OUTRIDER_RUNTIME, else runtime: in ~/.config/outrider/config.yaml, else auto: the first of docker, podman
and containerd that answers, else process. DOCKER_HOST, CONTAINER_HOST and CONTAINER_RUNTIME_ENDPOINT say where they are, or dockerHost,
podmanHost and containerdAddress in that file.

The first Ctrl-C deletes the Pods with their grace period, the second one kills them.

Exit codes: 0 if every Pod succeeded or ended on request without a failure, 1 if a manifest is invalid or a Pod failed,
2 if the command line is wrong, 130 if interrupted twice, otherwise the exit code of the main container that failed.`;

const loadHelp = `
Examples:
  outrider load app.tar
  docker save app:dev | gzip > app.tgz; outrider load app.tgz --runtime containerd

Exit codes: 0, or 1 if something cannot be loaded, 2 if the command line is wrong.`;

const pruneHelp = `
Examples:
  outrider prune                    on every engine that answers
  outrider prune --runtime podman
  outrider prune --all              also what the agent would go on with

Pods that somebody supervises are never touched; neither are persistent volume claims.

Exit codes: 0, or 1 if something cannot be removed, 2 if the command line is wrong.`;
