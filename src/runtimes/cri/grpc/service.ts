import type { Method } from './codec.ts';
import type { CallOptions, Connection, Exchange, Headers } from './connection.ts';

/** The methods of a service: what goes in and what comes out. */
export type Methods<Api> = { readonly [Name in keyof Api]: { readonly request: object; readonly response: object } };

/** A service of the engine, typed by its API. */
export class Service<Api extends Methods<Api>> {
  readonly #connection: Connection;
  readonly #names: { readonly proto: string; readonly wire: string };
  readonly #headers: Headers;
  readonly #methods = new Map<string, Method>();

  /** `proto`: its name in the `.proto` files; `wire`: as the server calls it. `headers` go with every call. */
  constructor(connection: Connection, names: { readonly proto: string; readonly wire: string }, headers: Headers = {}) {
    this.#connection = connection;
    this.#names = names;
    this.#headers = headers;
  }

  call<Name extends keyof Api & string>(
    name: Name,
    request: Api[Name]['request'],
    options?: CallOptions<Api[Name]['response']>,
  ): Promise<Api[Name]['response']> {
    return this.#connection.call(this.#method(name), request, this.#headers, options);
  }

  stream<Name extends keyof Api & string>(
    name: Name,
    request: Api[Name]['request'],
    listener: (message: Api[Name]['response']) => void,
    signal: AbortSignal,
  ): Promise<void> {
    return this.#connection.stream(this.#method(name), request, this.#headers, listener, signal);
  }

  exchange<Name extends keyof Api & string>(
    name: Name,
  ): { ask(request: Api[Name]['request']): Promise<Api[Name]['response']>; end(): void } {
    const exchange: Exchange = this.#connection.exchange(this.#method(name), this.#headers);
    return exchange;
  }

  /** The same service with further headers. */
  with(headers: Headers): Service<Api> {
    return new Service(this.#connection, this.#names, { ...this.#headers, ...headers });
  }

  #method(name: string): Method {
    const known = this.#methods.get(name);
    if (known !== undefined) return known;
    const method = this.#connection.codec.method(this.#names.proto, name, this.#names.wire);
    this.#methods.set(name, method);
    return method;
  }
}
