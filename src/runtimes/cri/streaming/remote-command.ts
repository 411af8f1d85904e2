import type { Duplex } from 'node:stream';
import type { ExecOptions, ExecSession } from '../../../engine/runtime-service.ts';
import { dataFrame, FrameReader, pingFrame, synStream, type Frame } from './spdy-frames.ts';
import { exitCodeOf } from './exit-status.ts';
import { upgrade } from './upgrade.ts';

/** Joins the streams of a command or a container at the URL that the engine gave for them. */
export async function remoteCommand(url: string, options: Omit<ExecOptions, 'command'>): Promise<ExecSession> {
  const { socket, head } = await upgrade(url);
  const session = new RemoteCommand(socket, options);
  session.start(head);
  return session;
}

type Role = 'error' | 'stdin' | 'stdout' | 'stderr' | 'resize';

class RemoteCommand implements ExecSession {
  readonly exited: Promise<number | undefined>;
  readonly #socket: Duplex;
  readonly #reader = new FrameReader();
  readonly #streams: ReadonlyMap<Role, number>;
  readonly #output: ExecOptions['output'];
  #resolve: (exitCode: number | undefined) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;
  /** Streams from the engine that have not ended. */
  readonly #open: Set<number>;
  /** What the error stream said: a Status object as JSON, or nothing. */
  #status = '';
  #isClosed = false;

  constructor(socket: Duplex, { tty, stdin, output }: Omit<ExecOptions, 'command'>) {
    this.#socket = socket;
    this.#output = output;
    const roles: Role[] = [
      'error',
      ...(stdin ? (['stdin'] as const) : []),
      'stdout',
      ...(tty ? (['resize'] as const) : (['stderr'] as const)),
    ];
    // A client's streams have odd numbers.
    this.#streams = new Map(roles.map((role, index) => [role, 2 * index + 1]));
    this.#open = new Set((['error', 'stdout', 'stderr'] as const).flatMap((role) => this.#streams.get(role) ?? []));
    this.exited = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Whoever waits hears of it; nobody has to.
    this.exited.catch(() => undefined);
  }

  start(head: Buffer): void {
    for (const [role, id] of this.#streams) this.#socket.write(synStream(id, { streamtype: role }, id === 1));
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => this.#ended());
    if (head.length > 0) this.#receive(head);
  }

  async write(chunk: Uint8Array): Promise<void> {
    await this.#send('stdin', chunk, false);
  }

  endInput(): void {
    void this.#send('stdin', new Uint8Array(), true);
  }

  resize(columns: number, rows: number): void {
    void this.#send('resize', Buffer.from(JSON.stringify({ Width: columns, Height: rows })), false);
  }

  /** Engines heed no windows of SPDY: what is not read fills the connection, and that holds them up. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  async #send(role: Role, data: Uint8Array, isLast: boolean): Promise<void> {
    const id = this.#streams.get(role);
    if (id === undefined || !this.#socket.writable) return;
    for (let offset = 0; offset < data.length || offset === 0; offset += maximumFrame) {
      const piece = data.subarray(offset, offset + maximumFrame);
      if (this.#socket.write(dataFrame(id, piece, isLast && offset + maximumFrame >= data.length))) continue;
      await new Promise<void>((resolve) => {
        const done = (): void => {
          this.#socket.off('drain', done).off('close', done);
          resolve();
        };
        this.#socket.on('drain', done).on('close', done);
      });
    }
  }

  #receive(chunk: Buffer): void {
    for (const frame of this.#reader.push(chunk)) this.#take(frame);
  }

  #take(frame: Frame): void {
    switch (frame.type) {
      case 'data':
        if (frame.streamID === this.#streams.get('error')) this.#status += frame.data.toString();
        else if (frame.data.length > 0) this.#output(frame.streamID === this.#streams.get('stderr') ? 'stderr' : 'stdout', frame.data);
        if (frame.isLast) this.#streamEnded(frame.streamID);
        return;
      case 'reset':
        this.#streamEnded(frame.streamID);
        return;
      case 'ping':
        this.#socket.write(pingFrame(frame.id));
        return;
      case 'goaway':
      case 'other':
        return;
    }
  }

  #streamEnded(id: number): void {
    this.#open.delete(id);
    if (this.#open.size === 0) this.#socket.destroy();
  }

  #ended(): void {
    if (this.#status !== '') {
      try {
        this.#resolve(exitCodeOf(this.#status));
      } catch (error) {
        this.#reject(error as Error);
      }
    } else if (this.#isClosed || !this.#open.has(this.#streams.get('error') ?? 0)) this.#resolve(undefined);
    else this.#reject(new Error('the connection to the container engine was lost'));
  }
}

/** The length of a frame has 24 bits; smaller ones let others through in between. */
const maximumFrame = 64 * 1024;
