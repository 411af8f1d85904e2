import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import { quote } from '../pod/go-quote.ts';
import { joinHostPort } from './address.ts';
import { requestUrl, type HttpRequest } from './http-request.ts';
import { networkErrorText } from './network-error.ts';
import { redirectOf } from './redirect.ts';

export type HttpResult =
  | { readonly kind: 'response'; readonly status: number; readonly body: string }
  /** No usable answer. `plainHttp`: an https request was answered without TLS. */
  | { readonly kind: 'failed'; readonly message: string; readonly plainHttp: boolean }
  /** The answer began, but its body could not be read. */
  | { readonly kind: 'broken'; readonly message: string };

/**
 * Sends a request over a new connection: no proxy, no keep-alive, no compression, the server's certificate not verified.
 * Redirects to the same host name are followed, ten requests in all; one to another host is the response. At most 10 KiB
 * of the body are read. `signal` ends it as a timeout does. Messages are those of the kubelet.
 */
export async function httpGet(first: HttpRequest, signal: AbortSignal): Promise<HttpResult> {
  let request = first;
  for (let sent = 1; ; sent++) {
    let answer: IncomingMessage;
    try {
      answer = await send(request, signal);
    } catch (error) {
      const message = signal.aborted ? timeoutText : errorText(error, request);
      return failed(requestUrl(request), message);
    }
    const redirect = redirectOf(first, request, answer.statusCode ?? 0, answer.headers.location);
    if (redirect.kind === 'none') return readBody(answer, request, signal);
    answer.destroy();
    if (redirect.kind === 'refused') return failed(redirect.url, redirect.reason);
    if (sent === maxRequests) return failed(redirect.location, `stopped after ${maxRequests} redirects`);
    request = redirect.request;
  }
}

const maxRequests = 10;
const maxBodyBytes = 10 * 1024;
const timeoutText = 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)';
const plainHttpText = 'http: server gave HTTP response to HTTPS client';

/** Resolves when the head of the answer is there; rejects with the error of the connection. */
function send(request: HttpRequest, signal: AbortSignal): Promise<IncomingMessage> {
  const { scheme, host, port, path } = request;
  const options: RequestOptions = {
    host,
    port,
    path,
    signal,
    agent: false,
    setHost: false,
    headers: headerLines(request),
    // What Go's client takes, which is more than Node.js takes by default.
    maxHeaderSize: 1024 * 1024,
    insecureHTTPParser: true,
  };
  return new Promise((resolve, reject) => {
    const sent =
      scheme === 'https'
        ? requestHttps({ ...options, rejectUnauthorized: false, servername: isIP(host) === 0 ? host : '' })
        : requestHttp(options);
    sent.on('error', reject).on('response', resolve).end();
  });
}

/** Names and values in turn, which keeps their order and sends a repeated name more than once. */
function headerLines({ host, port, hostHeader, headers }: HttpRequest): string[] {
  const latin1 = (text: string) => Buffer.from(text).toString('latin1');
  return [
    'Host',
    hostHeader ?? joinHostPort(host, port),
    ...headers.flatMap(([name, value]) => [name, latin1(value)]),
    'Connection',
    'close',
  ];
}

async function readBody(answer: IncomingMessage, request: HttpRequest, signal: AbortSignal): Promise<HttpResult> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxBodyBytes) break;
    }
  } catch (error) {
    if (signal.aborted)
      return { kind: 'broken', message: 'context deadline exceeded (Client.Timeout or context cancellation while reading body)' };
    return { kind: 'broken', message: isCutOff(error) ? 'unexpected EOF' : networkErrorText(error, request) };
  } finally {
    answer.destroy();
  }
  return { kind: 'response', status: answer.statusCode ?? 0, body: Buffer.concat(chunks).subarray(0, maxBodyBytes).toString() };
}

function isCutOff(error: unknown): boolean {
  return error instanceof Error && error.message === 'aborted';
}

function failed(url: string, reason: string): HttpResult {
  return { kind: 'failed', message: `Get ${quote(url)}: ${reason}`, plainHttp: reason === plainHttpText };
}

function errorText(error: unknown, request: HttpRequest): string {
  const { code = '', message, rawPacket } = error as NodeJS.ErrnoException & { rawPacket?: Buffer };
  if (code.startsWith('HPE_')) {
    const [line = ''] = (rawPacket ?? Buffer.from('')).toString().split(/\r?\n/, 1);
    return `net/http: HTTP/1.x transport connection broken: malformed HTTP response ${quote(line)}`;
  }
  const [, reason] = /:SSL routines:[^:]*:([^:]+)/.exec(message) ?? [];
  // What OpenSSL says when it finds something else than TLS where the server's hello should begin.
  if (reason === 'wrong version number' || reason === 'packet length too long') return plainHttpText;
  return reason === undefined ? networkErrorText(error, request) : `tls: ${reason}`;
}
