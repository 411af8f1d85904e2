import type { Action } from '../lifecycle/action.ts';
import type { Observation } from '../lifecycle/observation.ts';
import { trackOf } from '../lifecycle/state.ts';
import type { PodState } from '../lifecycle/state.ts';
import type { Pod } from '../pod/types.ts';
import type { Clock } from './clock.ts';
import type { HandlerRunner, HandlerTarget } from './handler-runner.ts';
import type { ProbeReport } from './run-listener.ts';
import { RuntimeError } from './runtime-service.ts';
import type { PodRuntime } from './runtime-service.ts';

export interface Performance {
  readonly pod: Pod;
  readonly state: PodState;
  readonly runtime: PodRuntime;
  readonly handlers: HandlerRunner;
  readonly clock: Clock;
  readonly report: (observation: Observation) => void;
}

/** Has one action done and reports its outcome as an observation; never rejects. Resolves with what a probe gave. */
export async function performAction(action: Action, by: Performance): Promise<Pick<ProbeReport, 'result' | 'output'> | undefined> {
  const { runtime, report } = by;
  switch (action.type) {
    case 'MountVolumes':
      return attempt(
        runtime.mountVolumes(),
        () => report({ type: 'VolumesMounted' }),
        ({ message }) => report({ type: 'VolumesFailed', message }),
      );
    case 'RunPodSandbox':
      return attempt(
        runtime.runPodSandbox(action.attempt),
        ({ id, ips, hostIPs }) => report({ type: 'SandboxRunning', id, ips, hostIPs }),
        ({ message }) => report({ type: 'SandboxFailed', message }),
      );
    case 'EnsureImage':
      return ensureImage(action.container, by);
    case 'CreateContainer':
      return createContainer(action, by);
    case 'StartContainer':
      return startContainer(action, by);
    case 'StopContainer':
      return stopContainer(action, by);
    case 'RemoveContainer':
      return attempt(
        runtime.removeContainer(action.containerID),
        () => report({ ...action, type: 'ContainerRemoved' }),
        () => undefined,
      );
    case 'StopPodSandbox':
      return attempt(
        runtime.stopPodSandbox(),
        () => report({ type: 'SandboxStopped' }),
        () => report({ type: 'SandboxStopped' }),
      );
    case 'RunHook':
      return runHook(action, by);
    case 'RunProbe':
      return runProbe(action, by);
  }
}

type Named<Type extends Action['type']> = Extract<Action, { type: Type }>;

async function ensureImage(container: string, by: Performance): Promise<undefined> {
  const { spec } = trackOf(by.state, container);
  const pulling = (missingPullSecrets: readonly string[]): void => by.report({ type: 'ImagePulling', container, missingPullSecrets });
  return attempt(
    by.runtime.ensureImage(spec, pulling),
    (pull) => by.report({ type: 'ImageReady', container, ...pull }),
    ({ reason, message }) => by.report({ type: 'ImageFailed', container, reason, message }),
  );
}

async function createContainer({ container, restartCount, targetID }: Named<'CreateContainer'>, by: Performance): Promise<undefined> {
  const { spec } = trackOf(by.state, container);
  const { ips, hostIPs } = by.state.sandbox;
  return attempt(
    by.runtime.createContainer(spec, { restartCount, podIPs: ips, hostIPs, ...(targetID === undefined ? {} : { targetID }) }),
    (created) => by.report({ type: 'ContainerCreated', container, ...created }),
    ({ reason, message }) => by.report({ type: 'CreateFailed', container, reason, message }),
  );
}

async function startContainer({ container, containerID }: Named<'StartContainer'>, by: Performance): Promise<undefined> {
  return attempt(
    by.runtime.startContainer(containerID),
    ({ startedAt }) => by.report({ type: 'ContainerStarted', container, containerID, at: startedAt }),
    ({ reason, message, exitCode }) =>
      by.report({ type: 'StartFailed', container, containerID, reason, message, exitCode: exitCode ?? 128, at: by.clock.now() }),
  );
}

/** How long after a failed attempt a stop is tried again. */
const stopRetryMs = 1000;

/** A container that could not be told to stop is told again: nothing else would ever end it. */
async function stopContainer(action: Named<'StopContainer'>, by: Performance): Promise<undefined> {
  return attempt(
    by.runtime.stopContainer(action.containerID, action.gracePeriodMs),
    () => undefined,
    () => by.clock.at(by.clock.now() + stopRetryMs, () => void stopContainer(action, by)),
  );
}

async function runHook({ hook, container, containerID, handler, timeoutMs }: Named<'RunHook'>, by: Performance): Promise<undefined> {
  return attempt(
    by.handlers.hook(target(container, containerID, by), handler, timeoutMs),
    ({ ok, message, httpFallback }) =>
      by.report({ type: 'HookFinished', hook, container, containerID, ok, message, httpFallback: httpFallback === true }),
    ({ message }) => by.report({ type: 'HookFinished', hook, container, containerID, ok: false, message }),
  );
}

async function runProbe(
  { kind, container, containerID, probe }: Named<'RunProbe'>,
  by: Performance,
): Promise<Pick<ProbeReport, 'result' | 'output'>> {
  const outcome = await by.handlers
    .probe(target(container, containerID, by), probe)
    .catch((error: unknown) => ({ result: 'unknown' as const, output: toRuntimeError(error).message }));
  by.report({ type: 'ProbeFinished', kind, container, containerID, ...outcome });
  return { result: outcome.result === 'warning' ? 'success' : outcome.result, output: outcome.output };
}

function target(container: string, containerID: string, { pod, state, runtime }: Performance): HandlerTarget {
  const { spec } = trackOf(state, container);
  return {
    pod,
    container: spec,
    podIP: state.sandbox.ips[0] ?? '',
    networkEntry: runtime.networkEntry?.(),
    exec: (command, timeoutMs) => runtime.execSync(containerID, command, timeoutMs),
  };
}

async function attempt<T>(work: Promise<T>, done: (value: T) => void, failed: (error: RuntimeError) => void): Promise<undefined> {
  let value: T;
  try {
    value = await work;
  } catch (error) {
    failed(toRuntimeError(error));
    return undefined;
  }
  done(value);
  return undefined;
}

function toRuntimeError(error: unknown): RuntimeError {
  if (error instanceof RuntimeError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new RuntimeError('CreateContainerError', message, { cause: error });
}
