import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Duplex } from 'node:stream';

/** Where an engine's API is. */
export interface DockerAddress {
  /** `unix:///run/docker.sock`, `tcp://host:2376`, `http(s)://host:port`, `npipe:////./pipe/NAME` or `ssh://user@host`. */
  readonly address: string;
  /** PEM files; with any of them a TCP address is spoken to by TLS. */
  readonly tls?: TlsFiles;
}

export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The server's certificate is not checked. */
  readonly skipVerify?: boolean;
}

/** Makes requests to one engine, over connections that are kept and used again. */
export interface Connection {
  request(options: RequestOptions): ClientRequest;
  close(): void;
}

/** Connects to nothing yet. Throws when the address cannot be understood or a TLS file cannot be read. */
export function createConnection({ address, tls }: DockerAddress): Connection {
  const url = parseAddress(address);
  switch (url.protocol) {
    case 'unix:':
    case 'npipe:':
      return plain({ socketPath: decodeURIComponent(url.pathname) });
    case 'ssh:':
      return overSsh(url);
    case 'tcp:':
    case 'http:':
      return tls === undefined && url.port !== '2376' ? plain(hostOf(url, 2375)) : secure(url, tls);
    case 'https:':
      return secure(url, tls);
    default:
      throw new Error(`${address} is no address of a container engine: expected unix://, tcp://, ssh:// or npipe://`);
  }
}

function parseAddress(address: string): URL {
  const text = address.startsWith('/') ? `unix://${address}` : address.includes('://') ? address : `tcp://${address}`;
  if (!URL.canParse(text)) throw new Error(`${address} is no address of a container engine: expected unix://PATH or tcp://HOST:PORT`);
  return new URL(text);
}

function hostOf(url: URL, port: number): RequestOptions {
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: url.port === '' ? port : Number(url.port) };
}

function plain(target: RequestOptions): Connection {
  const agent = new HttpAgent({ keepAlive: true });
  return { request: (options) => httpRequest({ ...options, ...target, agent }), close: () => agent.destroy() };
}

function secure(url: URL, tls: TlsFiles = {}): Connection {
  const read = (file: string | undefined): Buffer | undefined => (file === undefined ? undefined : readFileSync(file));
  const agent = new HttpsAgent({
    keepAlive: true,
    ca: read(tls.ca),
    cert: read(tls.cert),
    key: read(tls.key),
    rejectUnauthorized: tls.skipVerify !== true,
  });
  return { request: (options) => httpsRequest({ ...options, ...hostOf(url, 2376), agent }), close: () => agent.destroy() };
}

/** As Docker's own client: `docker system dial-stdio` of the other machine, by the user's `ssh` and its configuration. */
function overSsh(url: URL): Connection {
  const user = url.username === '' ? [] : ['-l', decodeURIComponent(url.username)];
  const port = url.port === '' ? [] : ['-p', url.port];
  const agent = new HttpAgent({ keepAlive: true });
  agent.createConnection = () => {
    const child = spawn('ssh', [...user, ...port, '-T', '--', url.hostname, 'docker', 'system', 'dial-stdio'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
    child.on('error', (error) => stream.destroy(error));
    stream.on('close', () => child.kill());
    // What the agent asks of a socket.
    const same = (): Duplex => stream;
    return Object.assign(stream, { setKeepAlive: same, setNoDelay: same, setTimeout: same, ref: same, unref: same });
  };
  return { request: (options) => httpRequest({ ...options, host: url.hostname, agent }), close: () => agent.destroy() };
}
