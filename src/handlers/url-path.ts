/**
 * The path and query that a probe of `path` requests. `path` may be a whole URL, of which only path and query count; a fragment
 * is dropped; what may not stand in a URL is escaped; one with a broken escape is taken as a path literally.
 */
export function urlPath(path: string): string {
  const [reference = ''] = path.split('#', 1);
  const relative = reference.replace(/^(?:[a-z][a-z0-9+.-]*:)?(?:\/\/[^/?]*)?/i, '');
  const question = relative.indexOf('?');
  const name = question === -1 ? relative : relative.slice(0, question);
  const query = question === -1 ? '' : relative.slice(question).replace(/[^\x21-\x7e]/gu, percentEncode);
  return /%(?![0-9a-f]{2})/i.test(name) ? absolute(encodePath(path.replaceAll('%', '%25'))) : absolute(encodePath(name)) + query;
}

function absolute(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

function encodePath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-_.~!$&'()*+,;=:@[\]/%]/gu, percentEncode);
}

/** Unlike encodeURIComponent it encodes every character, and takes half a surrogate pair too. */
function percentEncode(character: string): string {
  return Array.from(Buffer.from(character), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
