import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { FifoReader, FifoWriter } from './fifo.ts';
import type { Launcher } from './launcher.ts';
import type { Privileges, Target } from './privileges.ts';

export type OutputStream = 'stdout' | 'stderr';

/** What a container does with what comes from its process. */
export interface LaunchListener {
  output(stream: OutputStream, chunk: Buffer): void;
  /** Everything of the process has been read and is gone. 128 + signal when a signal ended it. */
  exited(exitCode: number): void;
}

/**
 * One launcher and the process that it holds ready: PID 1 of its own namespaces, its root mounted, waiting to be told what to
 * become. See `pod-script.ts`.
 */
export class Launch {
  readonly slot: number;
  /** Name of the file that the container sees as its termination log: one of its own, for it is read after the slot is free. */
  readonly message: string;
  /** Settles when the process waits. Rejects when the machine refused a mount. */
  readonly ready: Promise<void>;
  /** The process as this program sees it; -1 before it is ready. */
  pid = -1;
  launcherPid = -1;
  /** Called when the process has ended, before the last of its output is read. */
  beforeDrain: () => void = () => undefined;
  hasEnded = false;
  readonly #launcher: Launcher;
  readonly #path: (name: string) => string;
  readonly #commands: FifoWriter;
  readonly #input: FifoWriter;
  /** Takes the sizes of the terminal, where there is one. */
  readonly #sizes: FifoWriter | undefined;
  readonly #outputs: readonly FifoReader[];
  #waiter: Waiter | undefined;
  #listener: LaunchListener | undefined;
  #runs = false;
  #hasEntered = false;
  #complaint = '';

  /** `path` gives the place of a file in the Pod's memory. */
  constructor(slot: number, message: string, hasTerminal: boolean, launcher: Launcher, path: (name: string) => string) {
    this.#launcher = launcher;
    this.slot = slot;
    this.message = message;
    this.#path = path;
    this.#commands = new FifoWriter(path(`${slot}.go`));
    // What is typed goes to the terminal, anything else to the container itself, after the commands.
    this.#input = hasTerminal ? new FifoWriter(path(`${slot}.in`)) : this.#commands;
    this.#sizes = hasTerminal ? new FifoWriter(path(`${slot}.size`)) : undefined;
    this.#outputs = [
      new FifoReader(path(`${slot}.out`), (chunk) => this.#output('stdout', chunk)),
      new FifoReader(path(`${slot}.err`), (chunk) => this.#output('stderr', chunk)),
    ];
    this.ready = this.#next();
    this.ready.catch(() => undefined);
  }

  /** Where `path` of the container is for this program. */
  inside(path: string): string {
    return `/proc/${this.pid}/root/..${path === '/' ? '' : path}`;
  }

  /** Makes the mounts of an fstab. Rejects with what the machine says. */
  async mount(fstab: string): Promise<void> {
    writeFileSync(this.#path(`${this.slot}.volumes`), fstab);
    await this.#send('mount');
  }

  /** Makes mounts read-only, given by their paths. Rejects with what the machine says. */
  async makeReadOnly(targets: readonly string[]): Promise<void> {
    writeFileSync(this.#path(`${this.slot}.readonly`), targets.map((target) => `${target}\n`).join(''));
    await this.#send('readonly');
  }

  /** Enters the container's root as its user, where that can be done before its command is known. Nothing can be mounted then. */
  enter(privileges: Privileges, hasTools: boolean): void {
    const text = this.#launcher.enter(privileges, hasTools, this.#sizes !== undefined);
    if (text === undefined) return;
    writeFileSync(this.#path(`${this.slot}.enter`), text);
    this.#hasEntered = true;
    this.#write('enter\n');
  }

  /** Becomes the container. Resolves when it is about to. */
  async run(target: Target, listener: LaunchListener): Promise<void> {
    if (this.hasEnded) throw this.#ended();
    this.#listener = listener;
    this.#runs = true;
    const started = this.#next();
    if (this.#hasEntered) {
      this.#write(this.#launcher.runInside(target, this.slot));
    } else {
      writeFileSync(this.#path(`${this.slot}.run`), this.#launcher.runOutside(target), { mode: 0o600 });
      this.#write('run\n');
    }
    await started;
  }

  /** Input for the container that it has become; resolves when more can be taken. */
  giveInput(chunk: Uint8Array): Promise<void> {
    return this.hasEnded ? Promise.resolve() : this.#input.give(chunk);
  }

  /** Sets the size of its terminal. */
  resize(columns: number, rows: number): void {
    void this.#sizes?.give(Buffer.from(`${Math.trunc(columns)} ${Math.trunc(rows)}\n`));
  }

  /** The container reads the end of its input when it has read what was given. */
  endInput(): void {
    this.#input.close();
  }

  pauseOutput(): void {
    for (const output of this.#outputs) output.pause();
  }

  resumeOutput(): void {
    for (const output of this.#outputs) output.resume();
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
    for (const fifo of [this.#commands, this.#input, this.#sizes]) fifo?.close();
    this.fail(this.#ended());
    if (this.#runs) this.#listener?.exited(exitCode);
  }

  /** Whoever waits for the process waits in vain. */
  fail(error: Error): void {
    this.#waiter?.reject(error);
    this.#waiter = undefined;
  }

  #output(stream: OutputStream, chunk: Buffer): void {
    if (this.#listener !== undefined) this.#listener.output(stream, chunk);
    // Only tools that fail say something before there is a container.
    else this.#complaint = `${this.#complaint}${chunk.toString()}`.slice(-1000);
  }

  #send(command: string): Promise<void> {
    if (this.hasEnded) return Promise.reject(this.#ended());
    const done = this.#next();
    this.#write(`${command}\n`);
    return done;
  }

  #ended(): Error {
    return new Error(this.#complaint.trim() || 'the process that was to become the container has ended');
  }

  /** What does not fit into the FIFO follows when the process has read some of it. */
  #write(text: string | Buffer): void {
    const bytes = Buffer.from(text);
    let written = 0;
    try {
      written = writeSync(this.#commands.descriptor, bytes);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
    if (written < bytes.length) setTimeout(() => this.hasEnded || this.#write(bytes.subarray(written)), 1);
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
