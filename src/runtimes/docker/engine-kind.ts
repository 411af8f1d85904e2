import { statSync } from 'node:fs';
import type { InfoAnswer, VersionAnswer } from './api-types.ts';
import { createConnection, type Connection, type DockerAddress } from './connection.ts';
import { HttpApi } from './http-api.ts';

/** What answers at an address, and what it can do. */
export interface EngineKind {
  readonly isPodman: boolean;
  /** `Docker 20.10.24`. */
  readonly product: string;
  /** Of the API that is spoken: `1.41`. */
  readonly apiVersion: string;
  readonly architecture: string;
  /** Its containers are processes of this machine, and it sees this machine's files. */
  readonly isLocal: boolean;
  /** It is local, and this program may mount. */
  readonly canMount: boolean;
  /** Podman beside this program writes the CRI's log files itself. */
  readonly writesLogs: boolean;
  readonly seccomp: boolean;
  readonly apparmor: boolean;
  /** Images as mounts of their own kind: Docker 28. Elsewhere their content is copied into a volume. */
  readonly hasImageMounts: boolean;
  readonly hasRecursiveReadOnly: boolean;
}

export interface OpenedEngine {
  readonly kind: EngineKind;
  readonly connection: Connection;
  readonly api: HttpApi;
  /** Podman's own API beside Docker's, where it is on this machine. */
  readonly libpod: HttpApi | undefined;
}

/** Asks what is at an address. Rejects with one line when nothing answers within `timeoutMs`. */
export async function openEngine(address: DockerAddress, timeoutMs = 5000): Promise<OpenedEngine> {
  const connection = createConnection(address);
  try {
    const unversioned = new HttpApi(connection, '');
    const signal = AbortSignal.timeout(timeoutMs);
    const version = await unversioned.call<VersionAnswer | undefined>('GET', '/version', { signal });
    if (version?.ApiVersion === undefined) throw new Error('what answers is no container engine');
    const api = new HttpApi(connection, `/v${spokenVersion(version)}`);
    const info = await api.call<InfoAnswer>('GET', '/info', { signal: AbortSignal.timeout(infoTimeoutMs) });
    const kind = kindOf(address.address, version, info);
    const libpod = kind.isPodman && kind.isLocal ? new HttpApi(connection, `/v${version.Version}/libpod`) : undefined;
    return { connection, api, libpod, kind };
  } catch (error) {
    connection.close();
    throw new Error(`no container engine answers at ${address.address}: ${reasonOf(error as NodeJS.ErrnoException, timeoutMs)}`, {
      cause: error,
    });
  }
}

/** It answers, but a busy Podman takes its time to say what it is. */
const infoTimeoutMs = 30_000;

/** The newest version that this program was written against, or the engine's own where that is older, or all that it still takes. */
function spokenVersion({ ApiVersion, MinAPIVersion = '' }: VersionAnswer): string {
  if (!isAtLeast(ApiVersion, newestVersion)) return ApiVersion;
  return isAtLeast(MinAPIVersion, newestVersion) ? MinAPIVersion : newestVersion;
}

const newestVersion = '1.48';

function kindOf(address: string, version: VersionAnswer, { DockerRootDir, SecurityOptions = [] }: InfoAnswer): EngineKind {
  const podman = version.Components?.find(({ Name }) => Name === 'Podman Engine');
  const isPodman = podman !== undefined;
  const apiVersion = spokenVersion(version);
  const isLocal = process.platform === 'linux' && /^(unix:)?\//.test(address) && DockerRootDir !== undefined && isFolder(DockerRootDir);
  return {
    isPodman,
    product: `${isPodman ? 'Podman' : 'Docker'} ${version.Version}`,
    apiVersion,
    architecture: version.Arch,
    isLocal,
    canMount: isLocal && process.getuid?.() === 0,
    writesLogs: isPodman && isLocal,
    seccomp: SecurityOptions.some((option) => option.startsWith('name=seccomp')),
    apparmor: SecurityOptions.some((option) => option.startsWith('name=apparmor')),
    hasImageMounts: !isPodman && isAtLeast(apiVersion, '1.48'),
    hasRecursiveReadOnly: !isPodman && isAtLeast(apiVersion, '1.44'),
  };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isAtLeast(version: string, least: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function reasonOf({ code, name, message }: NodeJS.ErrnoException, timeoutMs: number): string {
  if (name === 'AbortError' || name === 'TimeoutError') return `no answer within ${timeoutMs} ms`;
  if (code === 'ENOENT') return 'there is no such socket';
  if (code === 'ECONNREFUSED') return 'the connection is refused (is it running?)';
  if (code === 'EACCES') return 'access is denied (is the user in its group?)';
  return message;
}
