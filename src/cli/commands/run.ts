import { ApiError } from '../../agent/api-error.ts';
import { toWireObjects } from '../../agent/api-types.ts';
import type { WorkloadOptions } from '../../agent/api-types.ts';
import type { PodSupervisor } from '../../agent/pod-supervisor.ts';
import type { StartedWorkload } from '../../agent/supervisor-options.ts';
import { runSocket, socketDirectory } from '../../agent/sockets.ts';
import { readConfig } from '../config-file.ts';
import { createRuntime, describeRuntime, runtimeFactory } from '../create-runtime.ts';
import { createSupervisor } from '../create-supervisor.ts';
import { runExitCode } from '../exit-code.ts';
import { exitCodes, Failure } from '../failure.ts';
import { onInterrupts } from '../interrupts.ts';
import { loadWorkloads } from '../load-workloads.ts';
import type { RunOptions } from '../run-options.ts';
import { type RequestedRuntime, requestedRuntime } from '../runtime-choice.ts';
import type { SupervisorServer } from '../serve-supervisor.ts';
import { standInFiles } from '../stand-in-files.ts';
import { stateDirectory } from '../state-directory.ts';
import { systemClock } from '../system-clock.ts';
import { createView } from '../views/create-view.ts';
import type { RunView } from '../views/run-view.ts';

/**
 * `outrider run`: runs the Pods of the manifests until all have ended.
 *
 * @returns the exit code: see `runExitCode`; 130 after a second interrupt.
 * @throws Failure when something of the input is wrong; nothing has run then.
 */
export async function runCommand(options: RunOptions): Promise<number> {
  const { env } = process;
  const config = await readConfig(env);
  const processOption = options.standIns.length > 0 ? '--stand-in' : undefined;
  const wished = requestedRuntime({ flag: options.runtime, env, config, processOption });
  const loaded = await loadWorkloads(options.files);
  const standIns = await standInFiles(options.standIns, loaded.files);
  const [beside] = standIns;
  // Images that are said to be something on this machine are nowhere else.
  const requested: RequestedRuntime = wished.choice === 'auto' && beside !== undefined ? { choice: 'process', chosenBy: beside } : wished;
  if (options.detach) return (await import('./run-detached.ts')).runDetached(options, loaded, requested, process);
  const view = await createView(options.output, systemClock);
  const directory = stateDirectory(options.stateDir, env);
  const settings = { stateDirectory: directory, env, config, warn: (message: string) => view.notice(message) };
  const created = await createRuntime(requested, standIns, settings);
  const others = runtimeFactory(settings);
  const supervisor = createSupervisor({
    stateDirectory: directory,
    // Pods that are taken over may be on another one.
    makeRuntime: (choice, files) => (choice === undefined || choice === created.name ? Promise.resolve(created) : others(choice, files)),
    listener: view,
    notice: (message) => view.notice(message),
  });
  try {
    const { workloads, references } = loaded.manifests;
    const { warnings, start } = await supervisor.prepare(
      { workloads, objects: toWireObjects(references), runtime: created.name, options: { ...workloadOptions(options), standIns } },
      'run',
    );
    view.start({ pods: workloads.map(({ pod }) => pod), runtime: describeRuntime(created) });
    for (const line of [...loaded.notices, ...warnings]) view.notice(line);
    return await runToTheEnd(options, directory, supervisor, start, view);
  } catch (error) {
    throw error instanceof ApiError ? new Failure(error.message, { cause: error }) : error;
  } finally {
    await supervisor.close();
  }
}

export function workloadOptions({ initFailure, hosts, publish }: RunOptions): WorkloadOptions {
  return {
    ...(initFailure !== undefined && { initFailure }),
    ...(hosts.length > 0 && { hosts }),
    ...(publish.length > 0 && { publish }),
  };
}

async function runToTheEnd(
  options: RunOptions,
  directory: string,
  supervisor: PodSupervisor,
  start: () => StartedWorkload[],
  view: RunView,
): Promise<number> {
  let killed: (() => void) | undefined;
  const isKilled = new Promise<'killed'>((resolve) => (killed = () => resolve('killed')));
  const stopListening = onInterrupts({
    first() {
      view.notice('interrupted: the Pods are ended with their grace period; once more kills them');
      supervisor.deleteAll(options.gracePeriodSeconds);
    },
    second() {
      view.notice('interrupted again: everything is killed');
      killed?.();
    },
  });
  const { forMs } = options;
  const started = start();
  const served = serve(directory, supervisor);
  // The run does not depend on it.
  served.catch((error: unknown) => view.notice(`other commands do not see this run: ${(error as Error).message}`));
  const cancelFor =
    forMs === undefined ? undefined : systemClock.at(systemClock.now() + forMs, () => supervisor.deleteAll(options.gracePeriodSeconds));
  const outcome = await Promise.race([Promise.all(started.map(({ ended }) => ended)), isKilled]);
  cancelFor?.();
  if (outcome === 'killed') await supervisor.close();
  await view.finish();
  const server = await served.catch(() => undefined);
  if (outcome !== 'killed') await server?.logsSent();
  server?.close();
  stopListening();
  return outcome === 'killed' ? exitCodes.interruptedTwice : runExitCode(outcome);
}

/** Commands such as `outrider logs` find the run's Pods while it lasts. What that takes is loaded after the Pods have begun. */
async function serve(stateDirectory: string, supervisor: PodSupervisor): Promise<SupervisorServer | undefined> {
  const { serveSupervisor } = await import('../serve-supervisor.ts');
  const path = runSocket(socketDirectory(stateDirectory), process.pid);
  return serveSupervisor({ supervisor, kind: 'run', stateDirectory, path, isReady: () => true });
}
