import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DockerAddress } from './connection.ts';
import type { Environment } from './find-endpoints.ts';

/** The context that the user works with; undefined: none, or the one named `default`. `folder` is ~/.docker. */
export function currentContext(env: Environment, folder: string): string | undefined {
  const fromEnvironment = env['DOCKER_CONTEXT'];
  const name = fromEnvironment !== undefined && fromEnvironment !== '' ? fromEnvironment : currentOf(join(folder, 'config.json'));
  return name === '' || name === 'default' ? undefined : name;
}

/** Where a context leads. Throws when there is no such context, or it is none of Docker. */
export function contextEndpoint(folder: string, name: string): DockerAddress {
  const id = createHash('sha256').update(name).digest('hex');
  const file = join(folder, 'contexts/meta', id, 'meta.json');
  if (!existsSync(file)) {
    throw new Error(`the Docker context ${JSON.stringify(name)} does not exist (expected at ${file}): see docker context ls`);
  }
  const { Host, SkipTLSVerify } = readEndpoint(file);
  if (Host === undefined || Host === '') throw new Error(`the Docker context ${JSON.stringify(name)} names no Docker host (${file})`);
  const tls = tlsFiles(join(folder, 'contexts/tls', id, 'docker'));
  const skipVerify = SkipTLSVerify === true ? { skipVerify: true } : {};
  return Object.keys({ ...tls, ...skipVerify }).length === 0 ? { address: Host } : { address: Host, tls: { ...tls, ...skipVerify } };
}

interface ContextEndpoint {
  readonly Host?: string;
  readonly SkipTLSVerify?: boolean;
}

function readEndpoint(file: string): ContextEndpoint {
  const { Endpoints } = readJson(file) as { Endpoints?: { docker?: ContextEndpoint } };
  return Endpoints?.docker ?? {};
}

function currentOf(file: string): string {
  if (!existsSync(file)) return '';
  const { currentContext: current } = readJson(file) as { currentContext?: unknown };
  return typeof current === 'string' ? current : '';
}

function readJson(file: string): object {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

function tlsFiles(folder: string): { ca?: string; cert?: string; key?: string } {
  const files = Object.entries({ ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' })
    .map(([kind, name]) => [kind, join(folder, name)] as const)
    .filter(([, path]) => existsSync(path));
  return Object.fromEntries(files);
}
