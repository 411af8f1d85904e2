import { joinHostPort } from './address.ts';

/** The address that was connected to, for messages. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/**
 * A failure of the network in the words of the kubelet, which a person may have searched for before:
 * `dial tcp 127.0.0.1:8080: connect: connection refused`.
 */
export function networkErrorText(error: unknown, endpoint: Endpoint): string {
  const cause = firstOf(error);
  const { code = '', syscall, message } = cause;
  const address = joinHostPort(cause.address ?? endpoint.host, cause.port ?? endpoint.port);
  if (syscall === 'connect') return `dial tcp ${address}: connect: ${systemTexts[code] ?? message}`;
  if (syscall === 'getaddrinfo') return `dial tcp: lookup ${endpoint.host}: ${code === 'ENOTFOUND' ? 'no such host' : message}`;
  // The connection ended before anything was answered; Node.js gives it a made-up ECONNRESET.
  if (message === 'socket hang up') return 'EOF';
  if (syscall === 'read' || syscall === 'write') return `${syscall} tcp ${address}: ${syscall}: ${systemTexts[code] ?? message}`;
  return message;
}

/** What a dial that ran out of time says. */
export function dialTimeoutText({ host, port }: Endpoint): string {
  return `dial tcp ${joinHostPort(host, port)}: i/o timeout`;
}

interface NetworkError extends NodeJS.ErrnoException {
  readonly address?: string;
  readonly port?: number;
}

/** A name with several addresses fails with one error for each of them. */
function firstOf(error: unknown): NetworkError {
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  return first instanceof Error ? first : new Error(String(first));
}

const systemTexts: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ETIMEDOUT: 'connection timed out',
  EACCES: 'permission denied',
  EINVAL: 'invalid argument',
  EADDRNOTAVAIL: 'cannot assign requested address',
  EPIPE: 'broken pipe',
};
