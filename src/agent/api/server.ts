import { createServer, STATUS_CODES } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import findMyWay from 'find-my-way';
import { ApiError, statusOf } from '../api-error.ts';
import { sendError } from './respond.ts';
import { apiRoutes } from './routes.ts';
import type { ApiBackend } from './routes.ts';
import { joinStreams } from './streams.ts';

/** Answers requests and WebSockets; made once, for as many servers as there are. */
export interface ApiHandler {
  request(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** The API of a supervisor, on a server that listens nowhere yet. */
export function createApiServer(handler: ApiHandler): Server {
  return createServer((request, response) => handler.request(request, response)).on('upgrade', (request, socket, head) =>
    handler.upgrade(request, socket, head),
  );
}

export function createApiHandler(backend: ApiBackend): ApiHandler {
  const router = findMyWay({ maxParamLength: 300 });
  for (const [method, path, handle] of apiRoutes(backend)) {
    router.on(method, path, (request, response, { ns, name = '' }) => {
      const query = urlOf(request.url).searchParams;
      void Promise.resolve()
        .then(() => handle({ request, response, query, namespace: ns, name }))
        .catch((error: unknown) => sendError(response, error));
    });
  }
  return {
    request(request, response) {
      const found = router.find((request.method ?? 'GET') as 'GET', urlOf(request.url).pathname);
      if (found === null) sendError(response, notFound);
      else void found.handler(request, response, found.params, found.store, found.searchParams);
    },
    upgrade(request, socket, head) {
      socket.on('error', () => undefined);
      try {
        const { pathname, searchParams } = urlOf(request.url);
        const [, namespace = '', name = '', verb] = streamPath.exec(pathname) ?? [];
        if (verb !== 'exec' && verb !== 'attach') throw notFound;
        const pod = backend.supervisor.find(decodeURIComponent(namespace), decodeURIComponent(name));
        joinStreams(verb, pod, searchParams, { request, socket, head });
      } catch (error) {
        refuseUpgrade(socket, error);
      }
    },
  };
}

const streamPath = /^\/api\/v1\/namespaces\/([^/]+)\/pods\/([^/]+)\/(exec|attach)$/;

const notFound = new ApiError(404, 'NotFound', 'the server could not find the requested resource');

function urlOf(url = '/'): URL {
  return new URL(url, 'http://outrider');
}

export function refuseUpgrade(socket: Duplex, error: unknown): void {
  const status = statusOf(error);
  const body = JSON.stringify(status);
  const { code = 500 } = status;
  socket.end(
    `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ''}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
