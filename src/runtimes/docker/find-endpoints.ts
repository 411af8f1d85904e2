import { join } from 'node:path';
import type { DockerAddress } from './connection.ts';
import { contextEndpoint, currentContext } from './docker-context.ts';

export interface Endpoint extends DockerAddress {
  readonly name: 'docker' | 'podman';
  /** Why it is looked at, for people: `DOCKER_HOST`, `context "desktop"`, `default`. */
  readonly source: string;
}

/**
 * Where a Docker or a Podman may answer, in the order in which they are to be tried. What the user has set is the only place then:
 * DOCKER_HOST (with DOCKER_TLS_VERIFY and DOCKER_CERT_PATH) or a context for Docker, CONTAINER_HOST for Podman. Throws when the
 * chosen context does not exist.
 */
export function findDockerEndpoints(env: Environment, home: string): Endpoint[] {
  return [...dockerEndpoints(env, home), ...podmanEndpoints(env, home)];
}

export type Environment = Readonly<Record<string, string | undefined>>;

function dockerEndpoints(env: Environment, home: string): Endpoint[] {
  const host = env['DOCKER_HOST'];
  if (isSet(host)) return [{ name: 'docker', address: host, ...tlsOf(env, home), source: 'DOCKER_HOST' }];
  const folder = isSet(env['DOCKER_CONFIG']) ? env['DOCKER_CONFIG'] : join(home, '.docker');
  const context = currentContext(env, folder);
  if (context !== undefined) return [{ name: 'docker', ...contextEndpoint(folder, context), source: `context ${JSON.stringify(context)}` }];
  const runtime = env['XDG_RUNTIME_DIR'];
  const sockets = [
    '/var/run/docker.sock',
    ...(isSet(runtime) ? [join(runtime, 'docker.sock')] : []),
    join(home, '.docker/run/docker.sock'),
    join(home, '.colima/default/docker.sock'),
  ];
  return sockets.map((socket) => ({ name: 'docker', address: `unix://${socket}`, source: 'default' }));
}

/** Root's socket is not for others to open: it comes last for them. */
function podmanEndpoints(env: Environment, home: string): Endpoint[] {
  const host = env['CONTAINER_HOST'];
  if (isSet(host)) return [{ name: 'podman', address: host, source: 'CONTAINER_HOST' }];
  const runtime = env['XDG_RUNTIME_DIR'];
  const own = isSet(runtime) ? [join(runtime, 'podman/podman.sock')] : [];
  const system = '/run/podman/podman.sock';
  const machine = join(home, '.local/share/containers/podman/machine/podman.sock');
  const sockets = env['USER'] === 'root' || home === '/root' ? [system, ...own, machine] : [...own, machine, system];
  return sockets.map((socket) => ({ name: 'podman', address: `unix://${socket}`, source: 'default' }));
}

function tlsOf(env: Environment, home: string): Pick<DockerAddress, 'tls'> {
  if (!isSet(env['DOCKER_TLS_VERIFY']) && !isSet(env['DOCKER_CERT_PATH'])) return {};
  const folder = isSet(env['DOCKER_CERT_PATH']) ? env['DOCKER_CERT_PATH'] : join(home, '.docker');
  const files = { ca: join(folder, 'ca.pem'), cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  return { tls: isSet(env['DOCKER_TLS_VERIFY']) ? files : { ...files, skipVerify: true } };
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
