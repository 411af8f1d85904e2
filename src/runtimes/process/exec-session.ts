import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Writable } from 'node:stream';
import type { ExecOptions, ExecSession } from '../../engine/runtime-service.ts';
import { killSession, type ExecFifo } from './exec.ts';
import { FifoOutput } from './fifo.ts';
import { coverInherited } from './inherited-descriptors.ts';
import { inTerminal } from './terminal.ts';

export interface SessionRequest {
  /** The whole command line, with what takes it into its container. */
  readonly command: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDir?: string;
  readonly options: Pick<ExecOptions, 'tty' | 'stdin' | 'output'>;
  readonly hasPerl: boolean;
  /** A FIFO for one stream, so that the command can open /dev/stdout again; undefined: a pair of sockets has to do. */
  readonly fifo: () => ExecFifo | undefined;
  readonly started?: (pid: number) => void;
}

/** Runs a command line with streams, in a terminal where one is asked for. Rejects when it cannot be executed. */
export async function execSession(request: SessionRequest): Promise<ExecSession> {
  const { environment, workingDir = '/', hasPerl, started, options } = request;
  const [program = '', ...args] = options.tty ? inTerminal(request.command, hasPerl) : request.command;
  const outputs = options.tty ? [] : (['stdout', 'stderr'] as const).map((stream) => new Output(stream, request));
  const writers = options.tty ? (['pipe', 'pipe'] as const) : outputs.map(({ stdio }) => stdio);
  // What stands beside a terminal takes its size from a fourth stream.
  const stdio = coverInherited([options.stdin || options.tty ? 'pipe' : 'ignore', ...writers, ...(options.tty ? ['pipe' as const] : [])]);
  // In a session of its own, by which all that it started is found again.
  const child = spawn(program, args, { env: environment, cwd: workingDir, detached: true, stdio });
  for (const output of outputs) output.handOver();
  const { stdin: input, stdout, stderr } = child;
  const control = (options.tty ? child.stdio[3] : undefined) as Writable | null | undefined;
  stdout?.on('data', (chunk: Buffer) => options.output('stdout', chunk));
  stderr?.on('data', (chunk: Buffer) => options.output(options.tty ? 'stdout' : 'stderr', chunk));
  const readers = [...outputs, ...[stdout, stderr].filter((stream) => stream !== null)];
  const resume = (): void => {
    for (const output of readers) output.resume();
  };
  for (const stream of [input, control]) stream?.on('error', () => undefined);
  const exited = new Promise<number>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null): void => {
      for (const output of outputs) output.drain();
      control?.destroy();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    };
    // A FIFO is read to its end at the exit; what came by sockets has been handed out when they are closed.
    child.once(outputs.some(({ isFifo }) => isFifo) ? 'exit' : 'close', end);
  });
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  if (child.pid !== undefined) started?.(child.pid);
  if (options.tty && !options.stdin) input?.end();
  return {
    write: (chunk) => new Promise((resolve) => (input === null || input.destroyed ? resolve() : input.write(chunk, () => resolve()))),
    endInput: () => input?.end(),
    resize: (columns, rows) => control?.write(`${Math.trunc(columns)} ${Math.trunc(rows)}\n`),
    pause: () => {
      for (const output of readers) output.pause();
    },
    resume,
    exited,
    close: () => {
      // The end comes after the output.
      resume();
      input?.destroy();
      control?.destroy();
      if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) killSession(child.pid);
    },
  };
}

/** One stream of output: by a FIFO where there is one. */
class Output {
  readonly stdio: number | 'pipe';
  readonly #fifo: ExecFifo | undefined;
  readonly #reader: FifoOutput | undefined;

  constructor(stream: 'stdout' | 'stderr', { fifo, options }: SessionRequest) {
    this.#fifo = fifo();
    this.#reader = this.#fifo && new FifoOutput(this.#fifo.path, (chunk) => options.output(stream, chunk));
    this.stdio = this.#reader?.writer ?? 'pipe';
  }

  get isFifo(): boolean {
    return this.#reader !== undefined;
  }

  handOver(): void {
    this.#reader?.handOver();
  }

  pause(): void {
    this.#reader?.pause();
  }

  resume(): void {
    this.#reader?.resume();
  }

  drain(): void {
    if (this.#reader !== undefined) this.#fifo?.release(this.#reader.drain());
  }
}
