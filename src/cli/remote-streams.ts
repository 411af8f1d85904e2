import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { Status } from '../agent/api-types.ts';
import { ServerError, connectionFailure, serverError } from './supervisor-client.ts';

/** The streams of a command in a container, or of the container itself. */
export interface RemoteStreams {
  /** Called once, before anything else; what a sink does not take is not read from the container. */
  receive(sinks: StreamSinks): void;
  /** Resolves when more can be taken. */
  write(chunk: Uint8Array): Promise<void>;
  endInput(): void;
  resize(columns: number, rows: number): void;
  /** The exit code, after the last output; 0 for attached streams that ended. Rejects with what kept the command from running. */
  readonly ended: Promise<number>;
  /** Leaves. */
  close(): void;
}

export interface StreamSinks {
  readonly stdout: Sink;
  readonly stderr: Sink;
}

/** A writable stream fits. */
export interface Sink {
  write(chunk: Uint8Array): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

/** Kubernetes' channels: the first byte of each message. Source: k8s.io/apimachinery remotecommand. */
const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;

/** With v5 the end of the input can be told; v4 has no word for it. */
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];

/** Opens `exec` or `attach` on a supervisor's socket. */
export function connectStreams(socketPath: string, path: string): Promise<RemoteStreams> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws+unix:${socketPath}:${path}`, protocols, { perMessageDeflate: false });
    socket.once('open', () => {
      // Nothing is lost before `receive` is called.
      socket.pause();
      resolve(new WebSocketStreams(socket, socketPath));
    });
    socket.once('unexpected-response', (request, response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('close', () => {
        request.destroy();
        reject(serverError(Buffer.concat(chunks).toString(), response));
      });
    });
    socket.once('error', (error) => reject(connectionFailure({ path: socketPath }, error)));
  });
}

class WebSocketStreams implements RemoteStreams {
  readonly ended: Promise<number>;
  readonly #socket: WebSocket;
  #sinks: StreamSinks | undefined;
  /** Sinks that take nothing more for now. */
  readonly #full = new Set<Sink>();
  #status: Status | undefined;

  constructor(socket: WebSocket, socketPath: string) {
    this.#socket = socket;
    let failure: Error | undefined;
    socket.on('error', (error) => (failure = error));
    socket.on('message', (data: Buffer) => this.#take(data));
    this.ended = new Promise((resolve, reject) => {
      socket.once('close', (code, reason) => {
        const why = failure ?? new Error(`closed with ${code}${reason.length === 0 ? '' : `: ${reason.toString()}`}`);
        if (this.#status === undefined) reject(connectionFailure({ path: socketPath }, why));
        else {
          const exitCode = exitCodeOf(this.#status);
          if (exitCode === undefined) reject(new ServerError(this.#status));
          else resolve(exitCode);
        }
      });
    });
  }

  receive(sinks: StreamSinks): void {
    this.#sinks = sinks;
    this.#socket.resume();
  }

  write(chunk: Uint8Array): Promise<void> {
    return this.#send(channels.stdin, chunk);
  }

  endInput(): void {
    if (this.#socket.protocol === protocols[0]) void this.#send(channels.close, Uint8Array.of(channels.stdin));
  }

  resize(columns: number, rows: number): void {
    void this.#send(channels.resize, Buffer.from(JSON.stringify({ Width: columns, Height: rows })));
  }

  close(): void {
    // What a sink has not taken yet must not hold up the end.
    this.#sinks = undefined;
    this.#socket.resume();
    this.#socket.close();
  }

  /** What was still to be sent when the connection ended is told by `ended`. */
  #send(channel: number, payload: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      const { readyState } = this.#socket;
      if (readyState !== WebSocket.OPEN) resolve();
      else this.#socket.send(Buffer.concat([Uint8Array.of(channel), payload]), () => resolve());
    });
  }

  #take(data: Buffer): void {
    const payload = data.subarray(1);
    switch (data[0]) {
      case channels.stdout:
        this.#pass(this.#sinks?.stdout, payload);
        break;
      case channels.stderr:
        this.#pass(this.#sinks?.stderr, payload);
        break;
      case channels.error:
        this.#status = JSON.parse(payload.toString()) as Status;
        break;
      default:
      // Channels of protocols to come.
    }
  }

  #pass(sink: Sink | undefined, payload: Buffer): void {
    if (sink === undefined || payload.length === 0 || sink.write(payload) || this.#full.has(sink)) return;
    this.#full.add(sink);
    this.#socket.pause();
    sink.once('drain', () => {
      this.#full.delete(sink);
      if (this.#full.size === 0) this.#socket.resume();
    });
  }
}

function exitCodeOf({ status, reason, details }: Status): number | undefined {
  if (status === 'Success') return 0;
  if (reason !== 'NonZeroExitCode') return undefined;
  const code = Number(details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message);
  return Number.isInteger(code) ? code : undefined;
}
