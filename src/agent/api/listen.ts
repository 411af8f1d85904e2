import { createHash, timingSafeEqual } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:https';
import type { Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import { isIPv6 } from 'node:net';
import { ApiError } from '../api-error.ts';
import { sendError } from './respond.ts';
import { createApiServer, refuseUpgrade } from './server.ts';
import type { ApiHandler } from './server.ts';

export interface ListenOptions {
  /** `ADDRESS:PORT`, `[ADDRESS]:PORT`, or `:PORT` for all addresses. */
  readonly address: string;
  /** A file that only its owner may read, with the token that every request must bear. */
  readonly tokenFile?: string;
  readonly tls?: { readonly certFile: string; readonly keyFile: string; readonly clientCAFile?: string };
}

/**
 * Serves the API on a port too, for who shows the token or a certificate.
 *
 * @throws Error with one line when neither is asked for, or it cannot listen.
 */
export async function listenOnPort(handler: ApiHandler, options: ListenOptions): Promise<Server | SecureServer> {
  const { host, port } = parseAddress(options.address);
  const { tokenFile, tls } = options;
  if (tokenFile === undefined && tls?.clientCAFile === undefined) {
    throw new Error('--listen opens a port: who may use it must be said with --token-file, or with --tls-cert, --tls-key and --client-ca');
  }
  const guarded = tokenFile === undefined ? handler : withToken(handler, readToken(tokenFile));
  const server = tls === undefined ? createApiServer(guarded) : secureServer(guarded, tls);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => resolve());
  });
  return server;
}

function parseAddress(text: string): { readonly host: string; readonly port: number } {
  const [, bracketed, plain, digits = ''] = /^(?:\[([^\]]+)\]|([^:]*)):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === '' || port > 65535 || (bracketed !== undefined && !isIPv6(bracketed))) {
    throw new Error(`--listen: expected ADDRESS:PORT, for example 127.0.0.1:8210, found ${JSON.stringify(text)}`);
  }
  return { host: (bracketed ?? plain) || '::', port };
}

function readToken(file: string): string {
  const { mode } = statSync(file);
  if ((mode & 0o077) !== 0) {
    throw new Error(`${file}: others may read the token (mode ${(mode & 0o777).toString(8)}); run: chmod 600 ${file}`);
  }
  const token = readFileSync(file, 'utf8').trim();
  if (token.length < shortestToken) throw new Error(`${file}: expected a token of at least ${shortestToken} characters`);
  return token;
}

const shortestToken = 16;

function withToken(handler: ApiHandler, token: string): ApiHandler {
  const expected = digest(`Bearer ${token}`);
  // Of equal length, and in constant time: an answer tells nothing about the token.
  const isAllowed = (header = ''): boolean => timingSafeEqual(digest(header), expected);
  const unauthorized = new ApiError(401, 'Unauthorized', 'Unauthorized');
  return {
    request(request, response) {
      if (isAllowed(request.headers.authorization)) handler.request(request, response);
      else sendError(response, unauthorized);
    },
    upgrade(request, socket, head) {
      if (isAllowed(request.headers.authorization)) handler.upgrade(request, socket, head);
      else refuseUpgrade(socket, unauthorized);
    },
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function secureServer(handler: ApiHandler, { certFile, keyFile, clientCAFile }: NonNullable<ListenOptions['tls']>): SecureServer {
  const clients = clientCAFile === undefined ? {} : { ca: readFileSync(clientCAFile), requestCert: true, rejectUnauthorized: true };
  return createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile), ...clients }, (request, response) =>
    handler.request(request, response),
  ).on('upgrade', (request, socket, head) => handler.upgrade(request, socket, head));
}
