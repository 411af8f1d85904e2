import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { RuntimeService } from '../../engine/runtime-service.ts';
import { createHandlerRunner } from '../../handlers/handler-runner.ts';
import type { LoadedManifests } from '../../manifest/load.ts';
import type { Workload } from '../../manifest/workload.ts';
import type { Pod } from '../../pod/types.ts';
import { readConfig } from '../config-file.ts';
import { createRuntime, describeRuntime } from '../create-runtime.ts';
import { machineResources } from '../machine-resources.ts';
import { runExitCode } from '../exit-code.ts';
import { exitCodes, Failure } from '../failure.ts';
import { onInterrupts } from '../interrupts.ts';
import { loadWorkloads } from '../load-workloads.ts';
import type { RunOptions } from '../run-options.ts';
import { requestedRuntime } from '../runtime-choice.ts';
import { Session } from '../session.ts';
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
  const requested = requestedRuntime({ flag: options.runtime, env, config, processOption });
  const loaded = await loadWorkloads(options.files);
  const view = await createView(options.output, systemClock);
  const standIns = await standInFiles(options.standIns, loaded.files);
  const created = await createRuntime(requested, standIns, {
    stateDirectory: stateDirectory(options.stateDir, env),
    env,
    config,
    warn: (message) => view.notice(message),
  });
  const { runtime } = created;
  try {
    const warnings = admit(runtime, loaded.manifests.workloads);
    view.start({ pods: loaded.manifests.workloads.map(({ pod }) => pod), runtime: describeRuntime(created) });
    for (const line of [...loaded.notices, ...warnings]) view.notice(line);
    return await runSession(options, loaded.manifests, runtime, view);
  } finally {
    await runtime.close();
  }
}

async function runSession(
  options: RunOptions,
  { workloads, references }: LoadedManifests,
  runtime: RuntimeService,
  view: RunView,
): Promise<number> {
  const extraHosts = options.hosts.map(({ name, address }) => ({ ip: address, hostnames: [name] }));
  const session = new Session({
    workloads,
    objects: references,
    runtime,
    handlers: createHandlerRunner(systemClock),
    clock: systemClock,
    listener: view,
    notice: (message) => view.notice(message),
    newUID: randomUUID,
    initFailure: options.initFailure,
    environment: { podIP, extraHosts, nodeName: hostname(), allocatable: machineResources() },
  });
  let killed: (() => void) | undefined;
  const isKilled = new Promise<'killed'>((resolve) => (killed = () => resolve('killed')));
  const stopListening = onInterrupts({
    first() {
      view.notice('interrupted: the Pods are ended with their grace period; once more kills them');
      session.delete(options.gracePeriodSeconds);
    },
    second() {
      view.notice('interrupted again: everything is killed');
      killed?.();
    },
  });
  const { forMs } = options;
  const cancelFor =
    forMs === undefined ? undefined : systemClock.at(systemClock.now() + forMs, () => session.delete(options.gracePeriodSeconds));
  const outcome = await Promise.race([session.run(), isKilled]);
  cancelFor?.();
  if (outcome === 'killed') await runtime.close();
  await view.finish();
  stopListening();
  return outcome === 'killed' ? exitCodes.interruptedTwice : runExitCode(outcome);
}

/** The runtime's warnings, one line each; a Pod that it must not run fails the whole run before anything starts. */
function admit(runtime: RuntimeService, workloads: readonly Workload[]): string[] {
  const warnings: string[] = [];
  const refusals: string[] = [];
  for (const { pod, source } of workloads) {
    const { refuse, warn } = runtime.admit(pod);
    const line = ({ field, message }: { field: string; message: string }): string => `Pod ${pod.metadata.name}: ${field}: ${message}`;
    refusals.push(...refuse.map((problem) => `${source.file}: ${line(problem)}`));
    warnings.push(...warn.map(line));
  }
  if (refusals.length > 0) throw new Failure(refusals.join('\n'));
  return warnings;
}

/** Pods of the process runtime share the machine's network. */
function podIP(pod: Pod): string {
  return pod.status.podIP ?? '127.0.0.1';
}
