import type { Client, Metadata, ServiceError } from '@grpc/grpc-js';
import { CallError, Code, isAway } from './call-error.ts';
import { loadCodec, type Codec, type Method } from './codec.ts';
import { LingeringSockets } from './lingering-sockets.ts';

type Grpc = typeof import('@grpc/grpc-js');

export interface CallOptions<Response> {
  /** How long the call may take once it is made; without it, as long as it likes. */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
  /**
   * What happens when the engine goes away before it has answered. By default the call is made again when the engine is back. A function
   * finds out whether the call had worked after all: undefined when not. False: the call fails.
   */
  readonly lost?: false | (() => Promise<Response | undefined>);
}

/** One HTTP/2 connection over a Unix socket; made again by itself when it breaks. */
export class Connection {
  readonly address: string;
  readonly codec: Codec;
  /** Whether the engine answers questions, once the connection is there. */
  probe: () => Promise<unknown> = () => Promise.resolve();
  readonly #grpc: Grpc;
  readonly #client: Client;
  readonly #sockets: LingeringSockets;
  #isClosed = false;
  #waiting: Promise<void> | undefined;

  private constructor(address: string, grpc: Grpc, codec: Codec) {
    this.address = address;
    this.codec = codec;
    this.#grpc = grpc;
    this.#sockets = new LingeringSockets(grpc.credentials.createInsecure());
    this.#client = new grpc.Client(`unix:${address}`, this.#sockets.credentials, {
      // Output of commands can be 16 MiB for each of the two streams.
      'grpc.max_receive_message_length': 40 * 1024 * 1024,
      'grpc.initial_reconnect_backoff_ms': 50,
      'grpc.max_reconnect_backoff_ms': 1000,
      'grpc.enable_http_proxy': 0,
    });
  }

  /** Connects at the first call. */
  static async open(address: string): Promise<Connection> {
    const [grpc, codec] = await Promise.all([import('@grpc/grpc-js').then((library) => library.default), loadCodec()]);
    return new Connection(address, grpc, codec);
  }

  async call<Response>(method: Method, request: object, headers: Headers, options: CallOptions<Response> = {}): Promise<Response> {
    const { lost } = options;
    let giveUpAt: number | undefined;
    for (;;) {
      try {
        return (await this.#callOnce(method, request, headers, options)) as Response;
      } catch (error) {
        if (!isAway(error) || lost === false || this.#isClosed || options.signal?.aborted === true) throw error;
        giveUpAt ??= performance.now() + patienceMs;
        await this.#answersAgain(giveUpAt, error as CallError);
        const done = await lost?.();
        if (done !== undefined) return done;
      }
    }
  }

  /** Messages from the server until it ends the stream; rejects when the stream breaks. Resolves when `signal` aborts. */
  stream(method: Method, request: object, headers: Headers, listener: (message: object) => void, signal: AbortSignal): Promise<void> {
    const call = this.#client.makeServerStreamRequest(method.path, method.encode, decoding(method), request, this.#metadata(headers));
    return new Promise((resolve, reject) => {
      const abort = (): void => call.cancel();
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      call.on('data', listener);
      call.on('end', () => resolve());
      call.on('error', (error: ServiceError) => (signal.aborted ? resolve() : reject(asCallError(error))));
      call.on('close', () => signal.removeEventListener('abort', abort));
    });
  }

  /** A stream in both directions, for one exchange after the other. */
  exchange(method: Method, headers: Headers): Exchange {
    const call = this.#client.makeBidiStreamRequest(method.path, method.encode, decoding(method), this.#metadata(headers));
    const answers = call[Symbol.asyncIterator]() as AsyncIterator<object, undefined>;
    return {
      async ask(request) {
        call.write(request);
        const answer = await answers.next().catch((error: unknown) => Promise.reject(asCallError(error as ServiceError)));
        if (answer.done === true) throw new CallError(Code.Unknown, 'the stream ended without an answer');
        return answer.value;
      },
      end: () => call.cancel(),
    };
  }

  /** Resolves once the engine answers, however long that takes. Rejects when the connection is closed. */
  async answers(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#answersAgain(performance.now() + patienceMs, new CallError(Code.Unavailable, 'it does not answer'));
        return;
      } catch (error) {
        if (this.#isClosed) throw error;
      }
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#client.close();
    this.#sockets.release();
  }

  #callOnce(method: Method, request: object, headers: Headers, options: CallOptions<unknown>): Promise<object> {
    const { deadlineMs, signal } = options;
    return new Promise((resolve, reject) => {
      const call = this.#client.makeUnaryRequest(
        method.path,
        method.encode,
        decoding(method),
        request,
        this.#metadata(headers),
        deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs },
        (error, response) => {
          signal?.removeEventListener('abort', abort);
          if (error !== null) reject(asCallError(error));
          else resolve(response ?? {});
        },
      );
      const abort = (): void => call.cancel();
      if (signal?.aborted === true) abort();
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  /** All calls that lost the engine wait together. */
  async #answersAgain(giveUpAt: number, reason: CallError): Promise<void> {
    this.#waiting ??= this.#waitForAnswer(giveUpAt).finally(() => (this.#waiting = undefined));
    try {
      await this.#waiting;
    } catch (error) {
      const last = error instanceof CallError ? error : reason;
      throw new CallError(Code.Unavailable, `${this.address} has not answered for ${patienceMs / 1000} seconds: ${last.message}`);
    }
  }

  async #waitForAnswer(giveUpAt: number): Promise<void> {
    for (;;) {
      await this.#waitForConnection(giveUpAt);
      try {
        await this.probe();
        return;
      } catch (error) {
        if (!isAway(error) || this.#isClosed || performance.now() >= giveUpAt) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  #waitForConnection(giveUpAt: number): Promise<void> {
    const remaining = giveUpAt - performance.now();
    return new Promise((resolve, reject) => {
      this.#client.waitForReady(Date.now() + remaining, (error) => (error === undefined ? resolve() : reject(error)));
    });
  }

  #metadata(headers: Headers): Metadata {
    const metadata = new this.#grpc.Metadata();
    for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
    return metadata;
  }
}

export type Headers = Readonly<Record<string, string>>;

export interface Exchange {
  /** Resolves to the server's next message. */
  ask(request: object): Promise<object>;
  end(): void;
}

/** How long calls wait for an engine that went away: restarting one takes a few seconds. */
const patienceMs = 30_000;

function decoding(method: Method): (bytes: Buffer) => object {
  return (bytes) => method.decode(bytes);
}

function asCallError(error: ServiceError): CallError {
  return new CallError(error.code, error.details);
}
