import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withClaimLock } from '../../src/agent/claim-lock.ts';
import { agentSocket, leaveSocketDirectory, listenOnSocket, liveSockets, runSocket, socketDirectory } from '../../src/agent/sockets.ts';

let base: string;
let directory: string;
const servers: Server[] = [];
const server = (): Server => {
  const made = createServer();
  servers.push(made);
  return made;
};

/** As it is for an ordinary user. */
const directoryOf = (name: string, runtime = base): string => socketDirectory(join(base, name), { XDG_RUNTIME_DIR: runtime }, 1000);

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'sock-'));
  directory = directoryOf('state');
});
afterEach(() => {
  for (const made of servers.splice(0)) made.close();
  rmSync(base, { recursive: true });
});

test('a state folder has one folder of sockets, whether or not it is there yet', () => {
  mkdirSync(join(base, 'state'));
  expect(directoryOf('state')).toBe(directory);
  expect(directoryOf('other')).not.toBe(directory);
  expect(directory).toMatch(/\/outrider\/[0-9a-f]{12}$/);
});

test('a folder that is too deep for the name of a socket is not used', () => {
  const deep = join(base, 'x'.repeat(100));
  mkdirSync(deep);
  expect(directoryOf('state', deep)).not.toContain('xxx');
});

test('the folder is private, is there while somebody listens, and is refused when others may enter it', async () => {
  expect(existsSync(directory)).toBe(false);
  const own = server();
  await listenOnSocket(own, agentSocket(directory));
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  chmodSync(directory, 0o755);
  expect(() => directoryOf('state')).toThrow(/must belong to user \d+ with mode 700, found owner \d+, mode 755/);
  await new Promise((resolve) => own.close(resolve));
  leaveSocketDirectory(directory);
  expect(existsSync(directory)).toBe(false);
});

test('the folder above may be looked into by others, but not written to', () => {
  mkdirSync(join(base, 'outrider'), { mode: 0o755 });
  expect(directoryOf('state')).toBe(directory);
  chmodSync(join(base, 'outrider'), 0o777);
  expect(() => directoryOf('state')).toThrow(/with a mode that lets nobody else write, found owner \d+, mode 777/);
});

test('a service of root and its user are at the same place, whatever their sessions say', () => {
  const writable = process.getuid?.() === 0;
  expect(socketDirectory(join(base, 'state'), { XDG_RUNTIME_DIR: base }, 0).startsWith('/run/outrider/')).toBe(writable);
});

test('those that answer are found, the agent first; what nobody answers on is removed', async () => {
  const [agent, run, dead] = [agentSocket(directory), runSocket(directory, 12), runSocket(directory, 99)];
  await listenOnSocket(server(), run);
  await listenOnSocket(server(), agent);
  leaveStale(dead);
  expect(await liveSockets(directory)).toEqual([
    { path: agent, kind: 'agent' },
    { path: run, kind: 'run' },
  ]);
  expect(existsSync(dead)).toBe(false);
});

test('one listens at a time; a stale socket is taken over', async () => {
  const path = agentSocket(directory);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(join(base, 'outrider'), 0o700);
  leaveStale(path);
  const both = await Promise.all([listenOnSocket(server(), path), listenOnSocket(server(), path)]);
  expect(both.sort()).toEqual([false, true]);
});

test('what is done under the claim lock is done one after the other', async () => {
  let inside = 0;
  const order = await Promise.all(
    [1, 2, 3, 4].map((number) =>
      withClaimLock(directory, async () => {
        expect((inside += 1)).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        return number;
      }),
    ),
  );
  expect(order).toEqual([1, 2, 3, 4]);
});

/** As a process that was killed leaves it: bound, and nobody listens. */
function leaveStale(path: string): void {
  const { status } = spawnSync(process.execPath, [
    '-e',
    `require('net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`,
    path,
  ]);
  expect(status).toBeNull();
  expect(existsSync(path)).toBe(true);
}
