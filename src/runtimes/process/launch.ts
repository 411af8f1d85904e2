import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { FifoReader, FifoWriter } from './fifo.ts';

export type OutputStream = 'stdout' | 'stderr';

/** What a container does with what comes from its process. */
export interface LaunchListener {
  output(stream: OutputStream, chunk: Buffer): void;
  /** Everything of the process has been read and is gone. 128 + signal when a signal ended it. */
  exited(exitCode: number): void;
}

/**
 * One launcher and the process that it holds ready: PID 1 of its own namespaces, its root mounted, waiting to be told what to
 * become. See `scripts.ts`.
 */
export class Launch {
  readonly slot: number;
  /** Settles when the process waits. Rejects when the machine refused a mount. */
  readonly ready: Promise<void>;
  /** The process as this program sees it; -1 before it is ready. */
  pid = -1;
  launcherPid = -1;
  /** Called when the process has ended, before the last of its output is read. */
  beforeDrain: () => void = () => undefined;
  hasEnded = false;
  readonly #path: (name: string) => string;
  readonly #input: FifoWriter;
  readonly #outputs: readonly FifoReader[];
  #waiter: Waiter | undefined;
  #listener: LaunchListener | undefined;
  #runs = false;

  /** `path` gives the place of a file in the Pod's memory. */
  constructor(slot: number, path: (name: string) => string) {
    this.slot = slot;
    this.#path = path;
    this.#input = new FifoWriter(path(`${slot}.go`));
    this.#outputs = [
      new FifoReader(path(`${slot}.out`), (chunk) => this.#listener?.output('stdout', chunk)),
      new FifoReader(path(`${slot}.err`), (chunk) => this.#listener?.output('stderr', chunk)),
    ];
    this.ready = this.#next();
    this.ready.catch(() => undefined);
  }

  /** Where `path` of the container is for this program. */
  inside(path: string): string {
    return `/proc/${this.pid}/root/..${path === '/' ? '' : path}`;
  }

  /** Runs a piece of shell with the rights of the set-up. Rejects with what it complains about. */
  async mount(script: string): Promise<void> {
    writeFileSync(this.#path(`${this.slot}.mounts`), script);
    await this.#send('mount');
  }

  /** Becomes what the piece of shell executes. Resolves when it is about to. */
  async run(script: string, listener: LaunchListener): Promise<void> {
    this.#listener = listener;
    writeFileSync(this.#path(`${this.slot}.run`), script, { mode: 0o600 });
    this.#runs = true;
    await this.#send('run');
  }

  /** Ends a process that is not to become a container. */
  discard(): void {
    this.#listener = undefined;
    if (this.pid > 0 && !this.hasEnded) process.kill(this.pid, 'SIGKILL');
  }

  /** Takes a report about this slot: `ready STATUS PID LAUNCHER`, `mounted STATUS`, `started` or `exit CODE`. */
  report(kind: string, words: readonly string[]): void {
    switch (kind) {
      case 'ready':
        this.pid = Number(words[1]);
        this.launcherPid = Number(words[2]);
        return this.#finish(words[0] === '0');
      case 'mounted':
        return this.#finish(words[0] === '0');
      case 'started':
        return this.#finish(true);
      case 'exit':
        return this.end(Number(words[0]));
    }
  }

  /** The process has ended. */
  end(exitCode: number): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.beforeDrain();
    for (const output of this.#outputs) output.drain();
    this.#input.close();
    this.fail(new Error('the process ended before its container was set up'));
    if (this.#runs) this.#listener?.exited(exitCode);
  }

  /** Whoever waits for the process waits in vain. */
  fail(error: Error): void {
    this.#waiter?.reject(error);
    this.#waiter = undefined;
  }

  #send(command: string): Promise<void> {
    if (this.hasEnded) return Promise.reject(new Error('the process that was to become the container has ended'));
    const done = this.#next();
    writeSync(this.#input.descriptor, `${command}\n`);
    return done;
  }

  #next(): Promise<void> {
    return new Promise((resolve, reject) => (this.#waiter = { resolve, reject }));
  }

  #finish(isSuccess: boolean): void {
    const waiter = this.#waiter;
    this.#waiter = undefined;
    if (isSuccess) waiter?.resolve();
    else waiter?.reject(new Error(readFileSync(this.#path(`${this.slot}.errors`), 'utf8').trim()));
  }
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}
