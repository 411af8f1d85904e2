import type { Server, ServerResponse } from 'node:http';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createApiHandler, createApiServer } from '../agent/api/server.ts';
import type { ApiHandler } from '../agent/api/server.ts';
import type { SupervisorInfo } from '../agent/api-types.ts';
import type { PodSupervisor } from '../agent/pod-supervisor.ts';
import { leaveSocketDirectory, listenOnSocket } from '../agent/sockets.ts';
import { systemClock } from './system-clock.ts';
import { version } from './version.ts';

export interface ServeOptions {
  readonly supervisor: PodSupervisor;
  readonly kind: SupervisorInfo['kind'];
  readonly stateDirectory: string;
  readonly manifestsDirectory?: string;
  /** Its socket. */
  readonly path: string;
  readonly isReady: () => boolean;
}

export interface SupervisorServer {
  readonly handler: ApiHandler;
  /** Of the socket. */
  readonly server: Server;
  /** Resolves when who reads a log has all of it: with its container the log has ended. Slow readers are cut off. */
  logsSent(): Promise<void>;
  close(): void;
}

/** Serves a supervisor's API on its socket. Undefined: somebody answers there already. */
export async function serveSupervisor(options: ServeOptions): Promise<SupervisorServer | undefined> {
  const { supervisor, kind, stateDirectory, manifestsDirectory, path, isReady } = options;
  const handler = createApiHandler({
    supervisor,
    isReady,
    now: () => systemClock.now(),
    info: () => ({
      version,
      pid: process.pid,
      kind,
      stateDirectory,
      runtimes: supervisor.runtimes.map(({ name, runtime }) => ({ name, description: runtime.description })),
      ...(manifestsDirectory !== undefined && { manifestsDirectory }),
    }),
    metrics: () => supervisor.metrics.text(),
  });
  const server = createApiServer(handler);
  if (!(await listenOnSocket(server, path))) return undefined;
  const logs = new Set<ServerResponse>();
  server.on('request', ({ url }, response: ServerResponse) => {
    if (!logPath.test(url ?? '')) return;
    logs.add(response);
    response.once('close', () => logs.delete(response));
  });
  return {
    handler,
    server,
    async logsSent() {
      const sent = [...logs].map((response) => new Promise((resolve) => response.once('close', resolve)));
      await Promise.race([Promise.all(sent), delay(logsMs, undefined, { ref: false })]);
    },
    close() {
      server.close();
      server.closeAllConnections();
      leaveSocketDirectory(dirname(path));
    },
  };
}

const logPath = /^\/api\/v1\/namespaces\/[^/]+\/pods\/[^/]+\/log(?:\?|$)/;
const logsMs = 2000;
