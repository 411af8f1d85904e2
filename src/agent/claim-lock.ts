import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { listenOnSocket } from './sockets.ts';

/**
 * Does something that only one supervisor of a state folder may do at a time: looking at records and making them its own. The lock is a
 * socket, so that it goes with whoever holds it, however they end.
 */
export async function withClaimLock<T>(socketDirectory: string, work: () => Promise<T>): Promise<T> {
  const path = join(socketDirectory, 'claims.sock');
  const waiting = new Set<Socket>();
  const server = createServer((socket) => waiting.add(socket.on('error', () => undefined).resume()));
  while (!(await listenOnSocket(server, path))) await heldNoLonger(path);
  try {
    return await work();
  } finally {
    server.close();
    for (const socket of waiting) socket.destroy();
  }
}

/** Resolves when whoever holds the lock lets go of it. */
function heldNoLonger(path: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('error', () => undefined).resume();
    socket.on('close', () => resolve());
  });
}
