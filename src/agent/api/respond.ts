import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError, badRequest, statusOf } from '../api-error.ts';

/** @param warnings - As the API server gives them, for the person who asked. */
export function sendJSON(response: ServerResponse, code: number, value: unknown, warnings: readonly string[] = []): void {
  const body = Buffer.from(JSON.stringify(value));
  const warning = warnings.map((text) => `299 - ${JSON.stringify(text.replaceAll(/[^\x20-\x7e]/g, '?'))}`);
  if (warning.length > 0) response.setHeader('warning', warning);
  response.writeHead(code, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

export function sendText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}

/** As a Status object; an answer that has begun is cut instead. */
export function sendError(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const status = statusOf(error);
  sendJSON(response, status.code ?? 500, status);
}

/** What of a request's body is JSON. @throws ApiError when it is too large, or none. */
export async function readJSON(request: IncomingMessage, mostBytes = 32 * 1024 * 1024): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > mostBytes) {
      throw new ApiError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${mostBytes}`);
    }
    chunks.push(chunk as Buffer);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString()) as unknown;
  } catch (error) {
    throw badRequest(`the body of the request is no JSON: ${(error as Error).message}`);
  }
}

/** Resolves when the reader can take more; at once when it has left. */
export function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.on('drain', done).on('close', done);
    if (response.closed || !response.writableNeedDrain) done();
  });
}
