import { readdirSync, readlinkSync } from 'node:fs';
import { RuntimeError } from '../../engine/runtime-service.ts';
import type { CgroupLimits } from './cgroup.ts';
import type { ContainerProcess } from './container.ts';
import { executableProblem } from './find-executable.ts';
import type { Launch } from './launch.ts';
import type { Target } from './privileges.ts';

/** The process of a container that a launcher holds ready. */
export class LaunchedProcess implements ContainerProcess {
  readonly #launch: Launch;
  readonly #target: Target;
  readonly #cgroup: CgroupLimits | undefined;
  /** Whether the container's processes are those of the whole Pod's PID namespace. */
  readonly #isShared: boolean;
  #mountNamespace = '';

  constructor(launch: Launch, target: Target, isShared: boolean, cgroup: CgroupLimits | undefined) {
    this.#launch = launch;
    this.#target = target;
    this.#isShared = isShared;
    this.#cgroup = cgroup;
  }

  async start(listener: Parameters<ContainerProcess['start']>[0]): Promise<{ pid: number }> {
    const { command, workingDir, environment, user } = this.#target;
    const launch = this.#launch;
    const request = { root: launch.inside('/'), command: command[0] ?? '', workingDir, searchPath: environment['PATH'] ?? '', user };
    const problem = executableProblem(request);
    if (problem !== undefined) throw new RuntimeError('RunContainerError', problem, { exitCode: 128 });
    try {
      this.#cgroup?.add(launch.pid);
      if (this.#isShared) this.#mountNamespace = readlinkSync(`/proc/${launch.pid}/ns/mnt`);
      launch.beforeDrain = () => this.#killAll();
      await launch.run(this.#target, {
        output: (stream, chunk) => listener.output(stream, chunk),
        exited: (exitCode) => listener.exited(exitCode),
      });
      return { pid: launch.pid };
    } catch (cause) {
      throw new RuntimeError('RunContainerError', (cause as Error).message, { cause, exitCode: 128 });
    }
  }

  kill(signal: number): void {
    if (this.#launch.hasEnded) return;
    if (this.#isShared && signal === sigkill) this.#killAll();
    else signalProcess(this.#launch.pid, signal);
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#target.stdin) await this.#launch.giveInput(chunk);
  }

  endInput(): void {
    this.#launch.endInput();
  }

  pause(): void {
    this.#launch.pauseOutput();
  }

  resume(): void {
    this.#launch.resumeOutput();
  }

  resize(columns: number, rows: number): void {
    this.#launch.resize(columns, rows);
  }

  discard(): void {
    this.#launch.discard();
    this.#cgroup?.remove();
  }

  wasOutOfMemory(): boolean {
    const isKilled = this.#cgroup?.wasOutOfMemory() ?? false;
    this.#cgroup?.remove();
    return isKilled;
  }

  /** In a shared PID namespace nothing ends with the container's first process: everything that sees its mounts is its own. */
  #killAll(): void {
    if (this.#mountNamespace !== '') killMountNamespace(this.#mountNamespace, this.#launch.launcherPid);
  }
}

const sigkill = 9;

function killMountNamespace(namespace: string, except: number): void {
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === except) continue;
    try {
      if (readlinkSync(`/proc/${name}/ns/mnt`) === namespace) signalProcess(Number(name), sigkill);
    } catch {
      // It has ended meanwhile, or it is another user's.
    }
  }
}

function signalProcess(pid: number, signal: number): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
