import { ExitFiles } from './exit-files.ts';
import type { HttpApi } from './http-api.ts';
import { oomCounter, readOomCounter } from './oom-kills.ts';

/** What is found out about containers of a Podman of this machine beside its API: sooner, and more. */
export class PodmanMonitor {
  readonly #libpod: HttpApi;
  readonly #files: ExitFiles;
  readonly #counters = new Map<string, string>();

  constructor(libpod: HttpApi, ended: (id: string, exitCode: number, finishedAt: number) => void) {
    this.#libpod = libpod;
    this.#files = new ExitFiles(ended);
  }

  /** Before a container is started: it is set up as far as that goes without running its command, where something is to be learned. */
  async prepare(id: string, hasMemoryLimit: boolean): Promise<void> {
    if (this.#files.isWatching && !hasMemoryLimit) return;
    await this.#libpod.call('POST', `/containers/${id}/init`);
    await this.join(id, hasMemoryLimit);
  }

  /** One that runs already. */
  async join(id: string, hasMemoryLimit: boolean): Promise<void> {
    if (this.#files.isWatching && !hasMemoryLimit) return;
    const { State } = await this.#libpod.call<{ State: { Pid: number; ConmonPid: number } }>('GET', `/containers/${id}/json`);
    this.#files.watch(State.ConmonPid);
    const counter = hasMemoryLimit ? oomCounter(State.Pid) : undefined;
    if (counter !== undefined) this.#counters.set(id, counter);
  }

  /** Podman itself does not always notice that the kernel has killed for memory; the container's cgroup, still there, knows. */
  wasOOMKilled(id: string): boolean {
    const counter = this.#counters.get(id);
    this.#counters.delete(id);
    return counter !== undefined && readOomCounter(counter) > 0;
  }

  forget(id: string): void {
    this.#counters.delete(id);
  }

  close(): void {
    this.#files.close();
  }
}
