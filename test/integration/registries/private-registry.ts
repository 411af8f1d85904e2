import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { vi } from 'vitest';

/** The only login of a private registry. */
export const login = { username: 'user', password: 'secret' };

export interface PrivateRegistry {
  readonly address: string;
  close(): Promise<void>;
}

/** A registry over plain HTTP, in memory, that wants a login for everything. */
export async function startPrivateRegistry(folder: string): Promise<PrivateRegistry> {
  const address = `127.0.0.1:${await freePort()}`;
  const passwords = join(folder, 'htpasswd');
  writeFileSync(passwords, 'user:$2b$05$G8w51zoidUdAlneEBpx97u2jKRyZHy2N6.fCpbmq8ogzA16v68oyO\n');
  const config = {
    version: '0.1',
    storage: { inmemory: {} },
    http: { addr: address },
    auth: { htpasswd: { realm: 'test', path: passwords } },
  };
  const file = join(folder, 'registry.yml');
  writeFileSync(file, JSON.stringify(config));
  const child = spawn('docker-registry', ['serve', file], { stdio: 'ignore' });
  const ended = once(child, 'close');
  await vi.waitFor(() => fetch(`http://${address}/v2/`), { timeout: 30_000, interval: 50 });
  return {
    address,
    async close() {
      child.kill();
      await ended;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
