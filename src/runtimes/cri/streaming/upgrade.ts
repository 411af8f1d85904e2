import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';

/** Asks the engine's streaming server at `url` to go on in SPDY. Rejects with its answer when it does not. */
export function upgrade(url: string): Promise<{ readonly socket: Duplex; readonly head: Buffer }> {
  const isSecure = url.startsWith('https:');
  const request = (isSecure ? httpsRequest : httpRequest)(url, {
    method: 'POST',
    headers: { Connection: 'Upgrade', Upgrade: 'SPDY/3.1', 'X-Stream-Protocol-Version': 'v4.channel.k8s.io' },
    // The server is the engine's own, and the URL a secret that it gave over its socket; its certificate is self-signed.
    ...(isSecure && { rejectUnauthorized: false }),
  });
  return new Promise((resolve, reject) => {
    request.on('upgrade', (_response, socket, head) => resolve({ socket, head }));
    request.on('response', (response) => {
      void refusal(response).then((message) => reject(new Error(message)), reject);
    });
    request.on('error', (error) => reject(new Error(`the engine's streaming server does not answer: ${error.message}`)));
    request.end();
  });
}

async function refusal(response: IncomingMessage): Promise<string> {
  const body = (await text(response)).replace(/\s+/g, ' ').trim();
  return `the engine's streaming server refuses: ${body === '' ? `status ${response.statusCode ?? ''}` : body}`;
}
