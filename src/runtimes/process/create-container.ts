import type { ExecOptions, ExecResult, ExecSession } from '../../engine/runtime-service.ts';
import type { Container as ContainerSpec } from '../../pod/types.ts';
import { createCgroup } from './cgroup.ts';
import type { ContainerConfig } from './container-config.ts';
import { exec } from './exec.ts';
import { execSession } from './exec-session.ts';
import { executableProblem } from './find-executable.ts';
import type { Launch } from './launch.ts';
import { LaunchedProcess } from './launched-process.ts';
import type { CreatedProcess } from './pod-host.ts';
import { joinContainer, type Target } from './privileges.ts';
import type { ContainerSetUp, Surroundings } from './set-up-container.ts';

/** Makes a container of a process that is set up for it: its command, its environment, its limits. */
export function createContainer(
  container: ContainerSpec,
  config: ContainerConfig,
  id: string,
  setUp: ContainerSetUp,
  surroundings: Surroundings,
  /** Whether it joins the PID namespace of another container. */
  hasTarget = false,
): CreatedProcess {
  const { pod, context } = surroundings;
  const { launch, user } = setUp;
  const isShared = hasTarget || pod.spec.shareProcessNamespace === true;
  try {
    const environment = 'HOME' in config.environment ? config.environment : { ...config.environment, HOME: user.home };
    const target: Target = {
      ...setUp,
      command: config.command,
      environment,
      stdin: container.stdin === true,
      tty: container.tty === true,
      hasTools: config.image.Root === undefined,
    };
    const limits = context.cgroups && createCgroup(context.cgroups, id.slice(0, 16), container.resources);
    return {
      process: new LaunchedProcess(launch, target, isShared, limits),
      user,
      terminationLog: setUp.terminationLog,
      exec: (command, timeoutMs) => execBeside({ ...target, command }, timeoutMs, launch, surroundings, (pid) => limits?.add(pid)),
      session: (options) =>
        sessionBeside({ ...target, command: options.command }, options, launch, surroundings, (pid) => limits?.add(pid)),
    };
  } catch (error) {
    launch.discard();
    throw error;
  }
}

async function execBeside(
  target: Target,
  timeoutMs: number | undefined,
  launch: Launch,
  { context, execFifo }: Surroundings,
  started: (pid: number) => void,
): Promise<ExecResult> {
  const problem = problemOf(target, launch);
  if (problem !== undefined) return { kind: 'error', message: problem };
  const words = joinContainer(target, launch.pid, context.machine);
  return exec({ command: words, environment: context.machine.environment, timeoutMs, fifo: execFifo(), started });
}

async function sessionBeside(
  target: Target,
  options: ExecOptions,
  launch: Launch,
  { context: { machine }, execFifo }: Surroundings,
  started: (pid: number) => void,
): Promise<ExecSession> {
  const problem = problemOf(target, launch);
  if (problem !== undefined) throw new Error(problem);
  // As the engines give it to a command with a terminal.
  const environment = options.tty ? { TERM: 'xterm', ...target.environment } : target.environment;
  const command = joinContainer({ ...target, environment }, launch.pid, machine, options.tty);
  return execSession({ command, environment: machine.environment, options, hasPerl: machine.hasPerl, fifo: execFifo, started });
}

/** Why the command cannot be run beside the container's process. */
function problemOf({ command, workingDir, environment, user }: Target, launch: Launch): string | undefined {
  if (launch.hasEnded) return 'the container is not running';
  return executableProblem({
    root: launch.inside('/'),
    command: command[0] ?? '',
    workingDir,
    searchPath: environment['PATH'] ?? '',
    user,
  });
}
