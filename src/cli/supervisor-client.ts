import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import type { Status, WatchLine } from '../agent/api-types.ts';
import type { SupervisorSocket } from '../agent/sockets.ts';
import { Failure } from './failure.ts';
import { oneLine } from './one-line.ts';
import type { RemoteStreams } from './remote-streams.ts';

/** An answer that is an error, in kubectl's words: `Error from server (NotFound): pods "web" not found`. */
export class ServerError extends Failure {
  readonly reason: string;

  constructor({ reason = 'InternalError', message = 'unknown' }: Partial<Status>) {
    super(oneLine(reason === '' ? `Error from server: ${message}` : `Error from server (${reason}): ${message}`));
    this.name = 'ServerError';
    this.reason = reason;
  }
}

/** Speaks to one supervisor (the agent, or a foreground run) over its socket. Paths are those of its API, with their queries. */
export class SupervisorClient {
  readonly socket: SupervisorSocket;

  constructor(socket: SupervisorSocket) {
    this.socket = socket;
  }

  /** @throws {ServerError} for an answer that is an error; {Failure} where there is none. */
  get<T>(path: string): Promise<T> {
    return this.send<T>('GET', path);
  }

  async send<T>(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object): Promise<T> {
    const response = await this.#open(method, path, body);
    return JSON.parse(await textOf(response)) as T;
  }

  /** The body as it comes; it is read as fast as it is taken. Leaving the loop ends the request. */
  stream(path: string, signal?: AbortSignal): Promise<AsyncIterable<Buffer>> {
    return this.#open('GET', path, undefined, signal);
  }

  /** What is there, then what changes, until the loop is left, `signal` aborts or the supervisor ends. */
  async *watch(path: string, signal?: AbortSignal): AsyncGenerator<WatchLine> {
    const response = await this.#open('GET', `${path}${path.includes('?') ? '&' : '?'}watch=true`, undefined, signal);
    try {
      for await (const line of createInterface({ input: response, crlfDelay: Infinity })) {
        if (line !== '') yield JSON.parse(line) as WatchLine;
      }
    } finally {
      response.destroy();
    }
  }

  /** Joins the streams of `exec` or `attach`. */
  async connect(path: string): Promise<RemoteStreams> {
    const { connectStreams } = await import('./remote-streams.ts');
    return connectStreams(this.socket.path, path);
  }

  #open(method: string, path: string, body?: object, signal?: AbortSignal): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const headers = payload && { 'content-type': 'application/json', 'content-length': payload.length };
      const sent = request({
        socketPath: this.socket.path,
        method,
        path,
        agent: false,
        ...(headers && { headers }),
        ...(signal && { signal }),
      });
      sent.once('error', (error) => reject(signal?.aborted === true ? (signal.reason as Error) : connectionFailure(this.socket, error)));
      sent.once('response', (response) => {
        if ((response.statusCode ?? 500) < 400) resolve(response);
        else textOf(response).then((text) => reject(serverError(text, response)), reject);
      });
      sent.end(payload);
    });
  }
}

/** The error that an answer's body tells. */
export function serverError(text: string, { statusCode, statusMessage }: IncomingMessage): ServerError {
  try {
    return new ServerError(JSON.parse(text) as Status);
  } catch {
    return new ServerError({ reason: '', message: text.trim() || `${statusCode ?? ''} ${statusMessage ?? ''}`.trim() });
  }
}

export function connectionFailure({ path }: Pick<SupervisorSocket, 'path'>, cause: Error): Failure {
  return new Failure(oneLine(`the connection to ${path} was lost: ${cause.message}`), { cause });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
