import { quote } from '../pod/go-quote.ts';
import { requestUrl, type HttpRequest } from './http-request.ts';

export type Redirect =
  /** The answer is the result: it is no redirect, says not where to, or leads to another host name. */
  | { readonly kind: 'none' }
  | { readonly kind: 'follow'; readonly request: HttpRequest; readonly location: string }
  | { readonly kind: 'refused'; readonly url: string; readonly reason: string };

/** Where an answer to `request` leads. `first` is what the handler asked for: its host name and headers hold all the way. */
export function redirectOf(first: HttpRequest, request: HttpRequest, status: number, location: string | undefined): Redirect {
  if (!redirectStatuses.has(status) || !location) return { kind: 'none' };
  const from = requestUrl(request);
  if (!URL.canParse(location, from)) {
    return { kind: 'refused', url: from, reason: `failed to parse Location header ${quote(location)}` };
  }
  const url = new URL(location, from);
  if (url.hostname !== new URL(requestUrl(first)).hostname) return { kind: 'none' };
  const scheme = url.protocol.slice(0, -1);
  if (scheme !== 'http' && scheme !== 'https') {
    return { kind: 'refused', url: url.href, reason: `unsupported protocol scheme ${quote(scheme)}` };
  }
  const { hostHeader, ...rest } = first;
  const isRelative = !URL.canParse(location);
  const port = url.port === '' ? defaultPorts[scheme] : Number(url.port);
  const next: HttpRequest = { ...rest, scheme, port, path: url.pathname + url.search, headers: withReferer(first, request, scheme) };
  return { kind: 'follow', location, request: isRelative && hostHeader !== undefined ? { ...next, hostHeader } : next };
}

const redirectStatuses = new Set([301, 302, 303, 307, 308]);
const defaultPorts = { http: 80, https: 443 };

/** Names the page that redirected, except from https to http; a Referer of the handler's own stays. */
function withReferer({ headers }: HttpRequest, from: HttpRequest, scheme: string): HttpRequest['headers'] {
  if ((from.scheme === 'https' && scheme === 'http') || headers.some(([name]) => name === 'Referer')) return headers;
  return [...headers, ['Referer', requestUrl(from)]];
}
