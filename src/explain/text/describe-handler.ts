import type { LifecycleHandler, Probe } from '../../pod/types.ts';
import { duration } from './words.ts';

/** Of a probe or a hook: exactly one of these is there. */
type AnyHandler = LifecycleHandler & Pick<Probe, 'grpc'>;

/** What a probe or a hook does: `GET /ready on port 15001`, `runs test -e /ready`. */
export function describeHandler({ exec, httpGet, tcpSocket, grpc, sleep }: AnyHandler): string {
  if (exec !== undefined) return `runs ${shortened((exec.command ?? []).join(' '))}`;
  if (httpGet !== undefined) return `${httpGet.scheme === 'HTTPS' ? 'HTTPS ' : ''}GET ${httpGet.path} on ${at(httpGet.host, httpGet.port)}`;
  if (tcpSocket !== undefined) return `TCP connection to ${at(tcpSocket.host, tcpSocket.port)}`;
  if (grpc !== undefined) return `gRPC health check on port ${grpc.port}`;
  return sleep === undefined ? 'nothing' : `sleeps ${duration(sleep.seconds)}`;
}

const longest = 60;

function shortened(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length <= longest ? line : `${line.slice(0, longest - 3)}...`;
}

function at(host: string | undefined, port: number | string): string {
  return host ? `${host}:${port}` : `port ${port}`;
}
