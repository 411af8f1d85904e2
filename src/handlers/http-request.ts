import type { Api, Container } from '../pod/types.ts';
import { joinHostPort } from './address.ts';
import { containerPort } from './container-port.ts';
import { urlPath } from './url-path.ts';

/** One GET, as it goes over the wire. */
export interface HttpRequest {
  readonly scheme: 'http' | 'https';
  /** Where to connect; an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  /** The Host header, when it is not host and port. */
  readonly hostHeader?: string;
  /** In the order in which they are sent, names as they are sent, a repeated name more than once; without Host. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/**
 * The request of an httpGet handler. By default it says who asks and that it accepts everything (`User-Agent`, `Accept`); the
 * handler's own headers replace these, and an empty one removes them. A `Host` header sets the request's host. Throws on a port that is none.
 */
export function httpRequest(action: Api<'HTTPGetAction'>, container: Container, podIP: string, userAgent: string): HttpRequest {
  const own = (action.httpHeaders ?? []).map(({ name, value }) => [canonicalName(name), value.trim()] as const);
  const valueOf = (name: string) => own.find((header) => header[0] === name)?.[1];
  const hostHeader = valueOf('Host');
  const headers = own.filter(([name]) => !written.has(name));
  if (valueOf('Accept') === undefined) headers.push(['Accept', '*/*']);
  const agent = valueOf('User-Agent') ?? userAgent;
  return {
    scheme: action.scheme.toLowerCase() === 'https' ? 'https' : 'http',
    host: action.host || podIP,
    port: containerPort(action.port, container),
    path: urlPath(action.path),
    ...(hostHeader ? { hostHeader } : {}),
    headers: [
      ...(agent === '' ? [] : [['User-Agent', agent] as const]),
      ...headers.filter(([name]) => name !== 'Accept' || valueOf('Accept') !== '').sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
    ],
  };
}

/** The URL as messages show it. */
export function requestUrl({ scheme, host, port, path }: HttpRequest): string {
  return `${scheme}://${joinHostPort(host, port)}${path}`;
}

/** Headers that are not taken from the list as they stand: the request itself decides about them. */
const written = new Set(['Host', 'User-Agent', 'Content-Length', 'Transfer-Encoding', 'Trailer']);

/** `content-type` becomes `Content-Type`, as Go's client sends it. A name that is none stays. */
function canonicalName(name: string): string {
  if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name)) return name;
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
