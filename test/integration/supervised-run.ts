import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { isPod } from '../../src/trace/run-model.ts';
import type { WatchEvent } from '../../src/trace/watch-event.ts';
import type { ApiEvent, Pod, PodStatus } from '../../src/pod/types.ts';
import { type EngineName, engineEnvironment } from '../engines/engines.ts';

export const program = join(import.meta.dirname, '../../dist/cli/main.js');

export interface RunRequest {
  readonly manifest: string;
  readonly engine: EngineName;
  /** The engine's socket where it is not that of the tests' own engine. */
  readonly address?: string;
  readonly state: string;
  readonly args?: readonly string[];
  /** Besides the one of the tests and that which leads to the engine. */
  readonly env?: Readonly<Record<string, string>>;
}

/** `outrider run -o json` under way. */
export class SupervisedRun {
  readonly pid: number;
  /** The last version of each Pod that was seen, by name. */
  readonly pods = new Map<string, Pod>();
  /** The last version of each Event that was seen, in the order in which they first came. */
  readonly events = new Map<string, ApiEvent>();
  /** Its standard output. */
  readonly lines: string[] = [];
  /** Resolves at its end, when all output was read. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stderr: string }>;
  readonly #child: ChildProcess;
  #onChange: () => void = () => undefined;

  constructor({ manifest, engine, address, state, args = [], env = {} }: RunRequest) {
    const child = spawn(process.execPath, [program, 'run', manifest, '--runtime', engine, '-o', 'json', '--state-dir', state, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env, ...engineEnvironment(engine, address) },
    });
    this.#child = child;
    this.pid = child.pid ?? 0;
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => this.#read(line));
    this.ended = Promise.all([once(child, 'close'), once(lines, 'close')]).then(() => ({ exitCode: child.exitCode, stderr }));
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves when what was seen so far fulfils it; rejects when the program ends before. */
  async until(condition: (pods: ReadonlyMap<string, Pod>) => boolean): Promise<void> {
    const isMet = new Promise<undefined>((resolve) => {
      this.#onChange = () => {
        if (condition(this.pods)) resolve(undefined);
      };
      this.#onChange();
    });
    const end = await Promise.race([isMet, this.ended]);
    if (end !== undefined && !condition(this.pods)) {
      throw new Error(`outrider run ended with ${end.exitCode ?? 'a signal'} before that: ${end.stderr}`);
    }
  }

  #read(line: string): void {
    this.lines.push(line);
    let event: WatchEvent;
    try {
      event = JSON.parse(line) as WatchEvent;
    } catch {
      // Cut by a kill, or no JSON was asked for.
      return this.#onChange();
    }
    if (isPod(event.object)) this.pods.set(event.object.metadata.name, event.object);
    else this.events.set(event.object.metadata?.name ?? '', event.object);
    this.#onChange();
  }
}

/** What of a status is the same in two runs of one Pod. */
export function comparable(status: PodStatus): object {
  const { phase, reason, conditions = [], initContainerStatuses = [], containerStatuses = [] } = status;
  return {
    phase,
    reason,
    conditions: conditions.map(({ type, status: value, reason: why }) => ({ type, value, why })),
    containers: [...initContainerStatuses, ...containerStatuses].map(({ name, ready, started, restartCount, state, lastState }) => ({
      name,
      ready,
      started,
      restartCount,
      state: stateOf(state),
      lastState: stateOf(lastState),
    })),
  };
}

function stateOf(state: NonNullable<PodStatus['containerStatuses']>[number]['state']): string | undefined {
  if (state?.terminated !== undefined) return `terminated: ${state.terminated.reason ?? ''} ${state.terminated.exitCode}`;
  if (state?.waiting !== undefined) return `waiting: ${state.waiting.reason ?? ''}`;
  return state?.running === undefined ? undefined : 'running';
}
