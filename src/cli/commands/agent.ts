import { resolve } from 'node:path';
import { listenOnPort } from '../../agent/api/listen.ts';
import type { ListenOptions } from '../../agent/api/listen.ts';
import { ManifestFolder } from '../../agent/manifest-folder.ts';
import type { PodSupervisor } from '../../agent/pod-supervisor.ts';
import { agentSocket, socketDirectory } from '../../agent/sockets.ts';
import { StaticPods } from '../../agent/static-pods.ts';
import type { RunListener } from '../../engine/run-listener.ts';
import { readConfig } from '../config-file.ts';
import { runtimeFactory } from '../create-runtime.ts';
import { createSupervisor } from '../create-supervisor.ts';
import { exitCodes, Failure } from '../failure.ts';
import { readAllInputs, standInsName } from '../input.ts';
import { IdleWatch } from '../idle-watch.ts';
import { onInterrupts } from '../interrupts.ts';
import { errorLines } from '../manifest-report.ts';
import { notifySystemd } from '../notify-systemd.ts';
import { oneLine } from '../one-line.ts';
import type { RuntimeChoice } from '../runtime-choice.ts';
import { serveSupervisor } from '../serve-supervisor.ts';
import type { SupervisorServer } from '../serve-supervisor.ts';
import { stateDirectory } from '../state-directory.ts';

/** What `outrider agent` was asked for. */
export interface AgentOptions {
  /** The folder whose Pods run. */
  readonly manifests: string | undefined;
  /** For Pods that do not say which. Undefined: OUTRIDER_RUNTIME, else the config file, else `auto`. */
  readonly runtime: RuntimeChoice | undefined;
  readonly stateDir: string | undefined;
  /** Where the API is served beside its socket. */
  readonly listen: ListenOptions | undefined;
  /** On SIGTERM the Pods are ended; otherwise those go on whose containers outlive the agent. */
  readonly stopPods: boolean;
  /** It ends by itself when no Pod runs and nobody asks it anything. */
  readonly exitWhenIdle: boolean;
}

/**
 * `outrider agent`: runs Pods until it is told to end, those of its folder and those that commands hand it. What it says goes to
 * standard error, a line each.
 *
 * @throws Failure when it cannot begin; no Pod was touched then.
 */
export async function agentCommand(options: AgentOptions): Promise<number> {
  const { env } = process;
  const notice = (line: string): void => void process.stderr.write(`outrider: ${oneLine(line)}\n`);
  const directory = stateDirectory(options.stateDir, env);
  const make = runtimeFactory({ stateDirectory: directory, env, config: await readConfig(env), warn: notice });
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((done) => (stop = done));
  let idleWatch: IdleWatch | undefined;
  const supervisor = createSupervisor({
    stateDirectory: directory,
    makeRuntime: (choice, standIns) => make(choice ?? options.runtime, standIns),
    listener: silent,
    notice,
    idle: () => idleWatch?.look(),
  });
  const manifestsDirectory = options.manifests === undefined ? undefined : resolve(options.manifests);
  let isReady = false;
  const served = await serveSupervisor({
    supervisor,
    kind: 'agent',
    stateDirectory: directory,
    ...(manifestsDirectory !== undefined && { manifestsDirectory }),
    path: agentSocket(socketDirectory(directory)),
    isReady: () => isReady,
  });
  if (served === undefined) throw new Failure(`an agent of ${directory} runs already; use it, or choose another folder with --state-dir`);
  const port = options.listen && (await listenOnPort(served.handler, options.listen).catch((error: unknown) => fail(error, served)));
  const stopListening = onInterrupts({ first: stop, second: () => process.exit(exitCodes.interruptedTwice) });
  await supervisor.takeOver();
  const folder = manifestsDirectory === undefined ? undefined : await watchFolder(manifestsDirectory, supervisor, notice);
  isReady = true;
  // To who started it: a command, or systemd.
  process.send?.('ready');
  notifySystemd(process.env, notice);
  if (options.exitWhenIdle) idleWatch = new IdleWatch(served.server, () => supervisor.isIdle, stop);
  await stopped;
  await folder?.close();
  await (options.stopPods ? supervisor.stop() : supervisor.release());
  port?.close();
  served.close();
  stopListening();
  return exitCodes.ok;
}

async function watchFolder(
  directory: string,
  supervisor: PodSupervisor,
  notice: (line: string) => void,
): Promise<{ close(): Promise<void> }> {
  const pods = new StaticPods(supervisor, notice);
  const folder = new ManifestFolder({
    directory,
    standInsName,
    read: (files) => readAllInputs(files, process.stdin),
    errorLines,
    changed: (wanted) => pods.set(wanted),
    notice,
  });
  await folder.start();
  return {
    close() {
      folder.close();
      return pods.close();
    },
  };
}

function fail(error: unknown, served: SupervisorServer): never {
  served.close();
  throw new Failure(oneLine((error as Error).message), { cause: error });
}

/** What Pods do is asked for through the API. */
const silent: RunListener = {
  watch: () => undefined,
  output: () => undefined,
  waits: () => undefined,
  probe: () => undefined,
  ended: () => undefined,
};
