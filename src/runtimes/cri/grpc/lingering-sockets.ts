import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import type { ChannelCredentials } from '@grpc/grpc-js';

/**
 * Keeps the sockets of a connection open for some seconds when this program is killed. containerd cancels what a client that is gone
 * has asked for, even in the middle of the start of a container, which then has run and failed; so the calls that are under way are
 * carried to their end, and the next program finds what they have made.
 */
export class LingeringSockets {
  /** For the connection whose sockets are meant. */
  readonly credentials: ChannelCredentials;
  readonly #holders = new Set<ChildProcess>();

  constructor(credentials: ChannelCredentials) {
    const create = credentials._createSecureConnector.bind(credentials);
    credentials._createSecureConnector = (...args) => {
      const connector = create(...args);
      const connect = (socket: Socket): ReturnType<typeof connector.connect> => {
        this.#hold(socket);
        return connector.connect(socket);
      };
      return { ...connector, connect };
    };
    this.credentials = credentials;
  }

  /** Nothing lingers: no call is under way. */
  release(): void {
    for (const holder of this.#holders) holder.kill('SIGKILL');
  }

  /** A process of its own has the socket as well. It hears of this program's end by the end of its input. */
  #hold(socket: Socket): void {
    const { _handle: handle } = socket as unknown as { readonly _handle: { readonly fd: number } | null };
    if (handle === null) return;
    const holder = spawn('/bin/sh', ['-c', `read -r _; exec sleep ${lingerSeconds}`], {
      stdio: ['pipe', 'ignore', 'ignore', handle.fd],
      env: { PATH: process.env['PATH'] },
      cwd: '/',
      // Ctrl-C in a terminal is for the supervisor.
      detached: true,
    });
    holder.unref();
    (holder.stdin as Socket).unref();
    this.#holders.add(holder);
    holder.once('exit', () => this.#holders.delete(holder));
    // Without a holder, a kill in the middle of a call costs an attempt.
    holder.once('error', () => this.#holders.delete(holder));
    socket.once('close', () => holder.kill('SIGKILL'));
  }
}

/** More than any call takes that would be missed. */
const lingerSeconds = 5;
