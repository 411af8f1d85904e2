import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listenOnPort } from '../../src/agent/api/listen.ts';

let folder: string;
let server: { close(): unknown; address(): unknown } | undefined;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'outrider-listen-'))));
afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true });
});

const handler = {
  request: (_: unknown, response: { end(text: string): unknown }): void => void response.end('secret'),
  upgrade: (): void => undefined,
};
const token = 'a-token-of-32-characters-or-more';

function tokenFile(text: string, mode = 0o600): string {
  const file = join(folder, 'token');
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

test.each([
  ['no rule of who may use it', () => ({}), /^--listen opens a port: who may use it must be said/],
  ['TLS alone', () => ({ tls: { certFile: 'c', keyFile: 'k' } }), /^--listen opens a port/],
  [
    'a token that others may read',
    () => ({ tokenFile: tokenFile(token, 0o644) }),
    /others may read the token \(mode 644\); run: chmod 600/,
  ],
  ['a token that is short', () => ({ tokenFile: tokenFile('short') }), /expected a token of at least 16 characters/],
])('with %s no port is opened', async (_, options, message) => {
  await expect(listenOnPort(handler, { address: '127.0.0.1:0', ...options() })).rejects.toThrow(message);
});

test.each(['8080', 'localhost', '[x]:1', '127.0.0.1:99999', ''])('%j is no address', async (address) => {
  await expect(listenOnPort(handler, { address, tokenFile: tokenFile(token) })).rejects.toThrow(/^--listen: expected ADDRESS:PORT/);
});

test('who bears the token is answered, nobody else', async () => {
  server = await listenOnPort(handler, { address: '127.0.0.1:0', tokenFile: tokenFile(`${token}\n`) });
  const { port } = server.address() as AddressInfo;
  const ask = async (headers: Record<string, string>): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/pods`, { headers });
    return [response.status, await response.text()];
  };
  expect(await ask({ authorization: `Bearer ${token}` })).toEqual([200, 'secret']);
  for (const authorization of [`Bearer ${token}x`, token, `Basic ${token}`, 'Bearer ']) {
    expect(await ask({ authorization })).toEqual([401, expect.stringContaining('"reason":"Unauthorized"')]);
  }
  expect(await ask({})).toEqual([401, expect.anything()]);
});
