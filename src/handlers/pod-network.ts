import { spawn, type ChildProcess } from 'node:child_process';
import type { HandlerTarget, HookOutcome, ProbeOutcome } from '../engine/handler-runner.ts';
import type { LifecycleHandler, Probe } from '../pod/types.ts';

/** One handler to be run, as it is sent to a process in the Pod's network. */
export type NetworkRequest = {
  readonly id: number;
  readonly target: Pick<HandlerTarget, 'pod' | 'container' | 'podIP'>;
} & NetworkHandler;

export type NetworkHandler =
  | { readonly probe: Probe }
  /** `timeoutMs` left out: no limit of its own. */
  | { readonly hook: LifecycleHandler; readonly timeoutMs?: number };

export interface NetworkAnswer {
  readonly id: number;
  readonly outcome: ProbeOutcome | HookOutcome;
}

/** Whether this handler goes to the Pod's own address. */
export function goesToPod({ httpGet, tcpSocket, grpc }: Partial<Probe & LifecycleHandler>, { podIP }: HandlerTarget): boolean {
  if (grpc) return true;
  const action = httpGet ?? tcpSocket;
  return action !== undefined && (action.host === undefined || action.host === '' || action.host === podIP);
}

/** Runs handlers in networks that only a process in them can use: one for each network, started when it is needed. */
export class PodNetworks {
  readonly #program: string;
  readonly #processes = new Map<string, NetworkProcess>();

  /** `program`: the script that answers `NetworkRequest`s. */
  constructor(program: string) {
    this.#program = program;
  }

  /** `entry`: the words that put a command into the network. Rejects when it cannot be run there. */
  run(entry: readonly string[], target: HandlerTarget, handler: NetworkHandler): Promise<ProbeOutcome | HookOutcome> {
    const key = entry.join(' ');
    let process = this.#processes.get(key);
    if (process === undefined) {
      process = new NetworkProcess([...entry, globalThis.process.execPath, this.#program], () => this.#processes.delete(key));
      this.#processes.set(key, process);
    }
    return process.run(target, handler);
  }
}

class NetworkProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (outcome: NetworkAnswer['outcome']) => void; reject: (error: Error) => void }>();
  #count = 0;

  constructor([program = '', ...args]: readonly string[], ended: () => void) {
    // In a session of its own: a Pod is ended in order after Ctrl-C.
    this.#child = spawn(program, args, { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], detached: true });
    this.#child.on('message', ({ id, outcome }: NetworkAnswer) => {
      this.#waiting.get(id)?.resolve(outcome);
      this.#waiting.delete(id);
    });
    const fail = (reason: string): void => {
      ended();
      for (const { reject } of this.#waiting.values()) reject(new Error(`the network of the Pod cannot be entered: ${reason}`));
      this.#waiting.clear();
    };
    this.#child.on('error', ({ message }) => fail(message));
    this.#child.on('exit', (code) => fail(`${program} ended with ${code ?? 'a signal'}`));
  }

  run({ pod, container, podIP }: HandlerTarget, handler: NetworkHandler): Promise<NetworkAnswer['outcome']> {
    const id = this.#count++;
    const request: NetworkRequest = { id, target: { pod, container, podIP }, ...handler };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.send(request, (error) => error && reject(error));
    });
  }
}
