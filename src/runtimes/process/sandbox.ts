import { chmodSync, writeFileSync } from 'node:fs';
import { Launch } from './launch.ts';
import type { Launcher } from './launcher.ts';
import type { PodProcess } from './pod-process.ts';

export interface SandboxOptions {
  readonly launcher: Launcher;
  readonly slots: number;
  /** Whether the containers share one PID namespace. */
  readonly isShared: boolean;
}

/** The names of the FIFOs that a sandbox with so many slots needs. */
export function slotFifos(slots: number): string[] {
  return Array.from({ length: slots }, (_, slot) => ['go', 'out', 'err', 'in', 'size'].map((kind) => `${slot}.${kind}`)).flat();
}

/** The namespaces that the containers of a Pod share, and the launchers in it. */
export class Sandbox {
  readonly #process: PodProcess;
  readonly #options: SandboxOptions;
  readonly #launches = new Map<number, Launch>();
  /** Settles when the sandbox has ended. */
  readonly #ended: Promise<void>;
  #started: Waiter | undefined;
  #count = 0;
  #end: () => void = () => undefined;

  constructor(process: PodProcess, options: SandboxOptions) {
    this.#process = process;
    this.#options = options;
    this.#ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** Resolves with the PID of the sandbox. What is launched meanwhile waits for it. */
  start(hostname: string): Promise<number> {
    writeFileSync(this.#process.path('hostname'), `${hostname}\n`);
    this.#process.send(`sandbox ${this.#options.launcher.command} ${this.#options.isShared ? 'share' : 'own'}`);
    return new Promise((resolve, reject) => (this.#started = { resolve, reject }));
  }

  /** Starts a launcher in a free slot; `fstab` gives the mounts of its root, in which the file `message` is the termination
   * log. With `targetPid` it is in the PID namespace of that process. With `hasTerminal` it mounts the terminal's file system first. */
  launch(fstab: (message: string) => string, hasTerminal: boolean, targetPid?: number): Launch {
    const slot = freeSlot(this.#launches);
    if (slot >= this.#options.slots) throw new Error(`more than ${this.#options.slots} containers at once in one Pod`);
    const message = `message${this.#count++}`;
    makeMessageFile(this.#process.path(message));
    writeFileSync(this.#process.path(`${slot}.fstab`), fstab(message));
    const launch = new Launch(slot, message, hasTerminal, this.#options.launcher, (name) => this.#process.path(name));
    this.#launches.set(slot, launch);
    const streams = hasTerminal ? 'terminal' : 'pipes';
    this.#process.send(['launch', slot, streams, ...(targetPid === undefined ? [] : [targetPid])].join(' '));
    return launch;
  }

  /** Ends the sandbox and with it every container. */
  async stop(): Promise<void> {
    this.#process.send('stop');
    await this.#ended;
  }

  report(words: readonly string[]): void {
    const [kind = '', first = '', ...rest] = words;
    if (kind === 'sandbox') return this.#started?.resolve(Number(first));
    const launch = this.#launches.get(Number(first));
    if (kind === 'exit') this.#launches.delete(Number(first));
    launch?.report(kind, rest);
  }

  /** A tool failed where no launcher can tell: whoever waits for one hears of it. */
  complain(line: string): void {
    if (!line.startsWith('unshare:')) return;
    const error = new Error(line);
    this.#started?.reject(error);
    for (const launch of this.#launches.values()) if (launch.pid < 0) launch.fail(error);
  }

  /** The sandbox has ended: the kernel has killed whatever was in it. */
  end(): void {
    this.#started?.reject(new Error('the sandbox ended while it was started'));
    for (const launch of this.#launches.values()) launch.end(128 + sigkill);
    this.#launches.clear();
    this.#end();
  }
}

const sigkill = 9;

interface Waiter {
  readonly resolve: (pid: number) => void;
  readonly reject: (error: Error) => void;
}

/** Empty, for anybody to write. */
function makeMessageFile(path: string): void {
  writeFileSync(path, '');
  chmodSync(path, 0o666);
}

function freeSlot(launches: ReadonlyMap<number, Launch>): number {
  for (let slot = 0; ; slot++) if (!launches.has(slot)) return slot;
}
