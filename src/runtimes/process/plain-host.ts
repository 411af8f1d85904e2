import { spawn, type ChildProcess } from 'node:child_process';
import { constants, userInfo } from 'node:os';
import { RuntimeError } from '../../engine/runtime-service.ts';
import type { Container as ContainerSpec } from '../../pod/types.ts';
import type { ContainerConfig } from './container-config.ts';
import type { ContainerProcess } from './container.ts';
import { exec } from './exec.ts';
import { execSession } from './exec-session.ts';
import { executableProblem } from './find-executable.ts';
import type { CreatedProcess, HostOptions, PodHost } from './pod-host.ts';
import type { ContainerUser } from './users.ts';
import type { MountedVolume } from './volumes.ts';

/** Holds a Pod where there are no namespaces: every container is a process group of this user, and sees the whole machine. */
export class PlainHost implements PodHost {
  readonly volumes: ReadonlyMap<string, MountedVolume> = new Map();
  readonly #options: HostOptions;
  readonly #processes = new Set<GroupProcess>();

  constructor(options: HostOptions) {
    this.#options = options;
  }

  /** What is mounted into no container is not needed. */
  async mountVolumes(): Promise<void> {}

  async startSandbox(): Promise<void> {}

  create({ stdin = false }: ContainerSpec, config: ContainerConfig): Promise<CreatedProcess> {
    const user = currentUser();
    const environment = 'HOME' in config.environment ? config.environment : { ...config.environment, HOME: user.home };
    const request: GroupRequest = { ...config, environment, user, stdin, tools: this.#options.context.machine.environment };
    const process = new GroupProcess(request, () => this.#processes.delete(process));
    this.#processes.add(process);
    return Promise.resolve({
      process,
      user,
      terminationLog: '',
      exec: (command, timeoutMs) => {
        const problem = problemOf({ ...request, command });
        if (problem !== undefined) return Promise.resolve({ kind: 'error', message: problem });
        return exec({ command, environment, workingDir: config.workingDir, timeoutMs, fifo: undefined });
      },
      session: async (options) => {
        const { command } = options;
        const problem = problemOf({ ...request, command });
        if (problem !== undefined) throw new Error(problem);
        const { hasPerl } = this.#options.context.machine;
        return execSession({ command, environment, workingDir: config.workingDir, options, hasPerl, fifo: () => undefined });
      },
    });
  }

  /** Containers see the machine's own names. */
  refreshNames(): void {}

  async stopSandbox(): Promise<void> {
    await Promise.all([...this.#processes].map((process) => process.end()));
  }

  remove(): Promise<void> {
    return this.stopSandbox();
  }
}

interface GroupRequest {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir: string;
  readonly user: ContainerUser;
  readonly stdin: boolean;
  /** For the guard. */
  readonly tools: NodeJS.ProcessEnv;
}

function problemOf({ command, environment, workingDir, user }: GroupRequest): string | undefined {
  return executableProblem({ root: '', command: command[0] ?? '', workingDir, searchPath: environment['PATH'] ?? '', user });
}

function currentUser(): ContainerUser {
  const { uid, gid, homedir } = userInfo();
  return { uid, gid, groups: process.getgroups?.().filter((group) => group !== gid) ?? [], home: homedir };
}

/** A process with all that it starts, as far as that stays in its group. */
class GroupProcess implements ContainerProcess {
  readonly #request: GroupRequest;
  readonly #gone: () => void;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(request: GroupRequest, gone: () => void) {
    this.#request = request;
    this.#gone = gone;
  }

  async start(listener: Parameters<ContainerProcess['start']>[0]): Promise<{ pid: number }> {
    const problem = problemOf(this.#request);
    if (problem !== undefined) throw new RuntimeError('RunContainerError', problem, { exitCode: 128 });
    const { command, environment, workingDir, tools, stdin } = this.#request;
    const [program = '', ...args] = command;
    const stdio = [stdin ? 'pipe' : 'ignore', 'pipe', 'pipe'] as const;
    const child = spawn(program, args, { env: environment, cwd: workingDir, detached: true, stdio: [...stdio] });
    this.#child = child;
    child.stdin?.on('error', () => undefined);
    child.stdout?.on('data', (chunk: Buffer) => listener.output('stdout', chunk));
    child.stderr?.on('data', (chunk: Buffer) => listener.output('stderr', chunk));
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', ({ message }) => reject(new RuntimeError('RunContainerError', message, { exitCode: 128 })));
    });
    const pid = child.pid ?? -1;
    const dismiss = guard(pid, tools);
    this.#ended = new Promise((resolve) => {
      // What is left of the group would hold the output open.
      child.once('exit', () => {
        this.kill(constants.signals.SIGKILL);
        this.resume();
      });
      child.once('close', (code, signal) => {
        dismiss();
        this.#gone();
        listener.exited(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
        resolve();
      });
    });
    return { pid };
  }

  /** SIGKILL goes to the whole group, anything else to the process. */
  kill(signal: number): void {
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(signal === constants.signals.SIGKILL ? -pid : pid, signal);
    } catch {
      // It has ended already.
    }
  }

  write(chunk: Uint8Array): Promise<void> {
    const input = this.#child?.stdin;
    return new Promise((resolve) => (input?.writable ? void input.write(chunk, () => resolve()) : resolve()));
  }

  endInput(): void {
    this.#child?.stdin?.end();
  }

  pause(): void {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.stdout?.pause();
    child.stderr?.pause();
  }

  resume(): void {
    this.#child?.stdout?.resume();
    this.#child?.stderr?.resume();
  }

  /** Here nothing has a terminal. */
  resize(): void {}

  discard(): void {
    this.#gone();
  }

  wasOutOfMemory(): boolean {
    return false;
  }

  async end(): Promise<void> {
    this.kill(constants.signals.SIGKILL);
    await this.#ended;
    this.#gone();
  }
}

/** A process that kills a group when this program has ended without dismissing it. Returns what dismisses it. */
function guard(group: number, env: NodeJS.ProcessEnv): () => void {
  const script = 'read -r dismissed || kill -KILL -- "-$1"';
  const child = spawn('sh', ['-c', script, 'guard', String(group)], { env, detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  return () => child.stdin.end('dismissed\n');
}
