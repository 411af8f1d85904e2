import { writeFileSync } from 'node:fs';
import { Launch } from './launch.ts';
import type { PodProcess } from './pod-process.ts';

/** What the root of a container is made of; containers with the same kind can take each other's prepared processes. */
export interface RootKind {
  readonly image: string | undefined;
  readonly privileged: boolean;
}

export interface SandboxOptions {
  /** The fstab of the root of the container in a slot. */
  readonly fstab: (slot: number, kind: RootKind) => string;
  readonly slots: number;
  /** Whether the containers share one PID namespace. */
  readonly isShared: boolean;
}

/** The names of the FIFOs that a sandbox with so many slots needs. */
export function slotFifos(slots: number): string[] {
  return Array.from({ length: slots }, (_, slot) => [`${slot}.go`, `${slot}.out`, `${slot}.err`]).flat();
}

/** How many processes are held ready ahead of the containers that will want them. */
export const preparedAhead = 3;

/**
 * The namespaces that the containers of a Pod share, and the processes held ready in it: a container takes one that is ready,
 * which is what makes its start fast.
 */
export class Sandbox {
  /** Settles when the sandbox has ended. */
  readonly ended: Promise<void>;
  readonly #process: PodProcess;
  readonly #options: SandboxOptions;
  readonly #launches = new Map<number, Launch>();
  #prepared: { readonly key: string; readonly launch: Launch }[] = [];
  #upcoming: RootKind[] = [];
  #started: Waiter | undefined;
  #end: () => void = () => undefined;

  constructor(process: PodProcess, options: SandboxOptions) {
    this.#process = process;
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** Resolves with the PID of the sandbox. `upcoming`: the containers in the order in which they will probably start. */
  async start(hostname: string, upcoming: readonly RootKind[]): Promise<number> {
    writeFileSync(this.#process.path('hostname'), `${hostname}\n`);
    this.#process.send(`sandbox ${this.#options.isShared ? 'share' : 'own'}`);
    this.#upcoming = [...upcoming];
    // These need not wait for the sandbox: it reads them when it is there.
    this.#prepare();
    return new Promise((resolve, reject) => (this.#started = { resolve, reject }));
  }

  /** A process that is ready to become a container. Rejects with what the machine refused. */
  async take(kind: RootKind): Promise<Launch> {
    const key = keyOf(kind);
    const position = this.#upcoming.findIndex((other) => keyOf(other) === key);
    if (position >= 0) this.#upcoming.splice(position, 1);
    const index = this.#prepared.findIndex((prepared) => prepared.key === key && !prepared.launch.hasEnded);
    const [found] = index < 0 ? [] : this.#prepared.splice(index, 1);
    const launch = found?.launch ?? this.#launch(kind);
    this.#prepare();
    await launch.ready;
    return launch;
  }

  /** Ends the sandbox and with it every container. */
  async stop(): Promise<void> {
    this.#process.send('stop');
    await this.ended;
  }

  report(words: readonly string[]): void {
    const [kind = '', first = '', ...rest] = words;
    if (kind === 'sandbox') this.#started?.resolve(Number(first));
    else if (kind === 'stopped') this.end();
    else {
      const launch = this.#launches.get(Number(first));
      launch?.report(kind, rest);
      if (kind === 'exit') this.#launches.delete(Number(first));
    }
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
    this.#prepared = [];
    this.#upcoming = [];
    this.#end();
  }

  #prepare(): void {
    const wanted = this.#upcoming.slice(0, preparedAhead).map((kind) => ({ kind, key: keyOf(kind) }));
    const spare = [...this.#prepared];
    for (const { kind, key } of wanted) {
      const index = spare.findIndex((prepared) => prepared.key === key);
      if (index >= 0) spare.splice(index, 1);
      else this.#prepared.push({ key, launch: this.#launch(kind) });
    }
  }

  #launch(kind: RootKind): Launch {
    const slot = freeSlot(this.#launches);
    if (slot >= this.#options.slots) throw new Error(`more than ${this.#options.slots} processes at once in one Pod`);
    writeFileSync(this.#process.path(`${slot}.fstab`), this.#options.fstab(slot, kind));
    const launch = new Launch(slot, (name) => this.#process.path(name));
    this.#launches.set(slot, launch);
    this.#process.send(`launch ${slot}`);
    return launch;
  }
}

const sigkill = 9;

interface Waiter {
  readonly resolve: (pid: number) => void;
  readonly reject: (error: Error) => void;
}

function keyOf({ image, privileged }: RootKind): string {
  return `${privileged} ${image ?? ''}`;
}

function freeSlot(launches: ReadonlyMap<number, Launch>): number {
  for (let slot = 0; ; slot++) if (!launches.has(slot)) return slot;
}
