import type { Server } from 'node:http';
import { dirname } from 'node:path';
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
  return {
    handler,
    server,
    close() {
      server.close();
      server.closeAllConnections();
      leaveSocketDirectory(dirname(path));
    },
  };
}
