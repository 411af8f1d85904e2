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
  /** In the words of images: `amd64`. */
  readonly architecture: string;
  /** Its containers are processes of this machine, and it sees this machine's files. */
  readonly isLocal: boolean;
  /** It is local, and this program may mount. */
  readonly canMount: boolean;
  /** It runs as root, this program does not. */
  readonly isRootBeside: boolean;
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
    const [identity, info] = await Promise.all([
      identify(unversioned, AbortSignal.timeout(timeoutMs)),
      unversioned.call<InfoAnswer>('GET', '/info', { signal: AbortSignal.timeout(infoTimeoutMs) }),
    ]);
    const kind = kindOf(address.address, identity, info);
    const api = new HttpApi(connection, `/v${kind.apiVersion}`);
    const libpod = kind.isPodman && kind.isLocal ? new HttpApi(connection, `/v${identity.version}/libpod`) : undefined;
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

interface Identity {
  readonly isPodman: boolean;
  readonly version: string;
  /** Of the API that is spoken. */
  readonly apiVersion: string;
}

/** Podman says it in the headers of any answer; its /version takes a quarter of a second, as it asks the programs that it runs. */
async function identify(api: HttpApi, signal: AbortSignal): Promise<Identity> {
  const { headers } = (await api.stream('GET', '/_ping', { signal })).resume();
  const { 'api-version': apiVersion, 'libpod-api-version': libpodVersion } = headers;
  if (typeof apiVersion !== 'string') throw new Error('what answers is no container engine');
  if (typeof libpodVersion === 'string') return { isPodman: true, version: libpodVersion, apiVersion: spokenVersion(apiVersion) };
  const { Version, MinAPIVersion } = await api.call<VersionAnswer>('GET', '/version', { signal });
  return { isPodman: false, version: Version, apiVersion: spokenVersion(apiVersion, MinAPIVersion) };
}

/** The newest version that this program was written against, or the engine's own where that is older, or all that it still takes. */
function spokenVersion(engines: string, least = ''): string {
  if (!isAtLeast(engines, newestVersion)) return engines;
  return isAtLeast(least, newestVersion) ? least : newestVersion;
}

const newestVersion = '1.48';

function kindOf(address: string, identity: Identity, { DockerRootDir, Architecture, SecurityOptions = [] }: InfoAnswer): EngineKind {
  const { isPodman, version, apiVersion } = identity;
  const isLocal = process.platform === 'linux' && /^(unix:)?\//.test(address) && DockerRootDir !== undefined && isFolder(DockerRootDir);
  return {
    isPodman,
    product: `${isPodman ? 'Podman' : 'Docker'} ${version}`,
    apiVersion,
    architecture: goArchitectures[Architecture] ?? Architecture,
    isLocal,
    canMount: isLocal && process.getuid?.() === 0,
    // Podman's socket for root is root's alone.
    isRootBeside: isLocal && !isPodman && process.getuid?.() !== 0 && !SecurityOptions.some((option) => option.startsWith('name=rootless')),
    writesLogs: isPodman && isLocal,
    seccomp: SecurityOptions.some((option) => option.startsWith('name=seccomp')),
    apparmor: SecurityOptions.some((option) => option.startsWith('name=apparmor')),
    hasImageMounts: !isPodman && isAtLeast(apiVersion, '1.48'),
    hasRecursiveReadOnly: !isPodman && isAtLeast(apiVersion, '1.44'),
  };
}

/** Docker says what its kernel says. */
const goArchitectures: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64' };

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
