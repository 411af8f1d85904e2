/** The parts of an image name, normalized as container tools do: "busybox" is docker.io/library/busybox, tag latest. */
export interface ImageReference {
  readonly domain: string;
  readonly path: string;
  /** "latest" when the name has neither tag nor digest; absent when it has only a digest. */
  readonly tag?: string;
  readonly digest?: string;
}

const label = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const domain = `(?:${label}(?:\\.${label})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const grammar = new RegExp(`^(${domain})/(${component}(?:/${component})*)(?::(\\w[\\w.-]{0,127}))?(?:@(${digest}))?$`);
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/** Reads an image name; undefined when it is invalid. Source: the grammar of the distribution project. */
export function parseImageReference(image: string): ImageReference | undefined {
  if (/^[a-f0-9]{64}$/.test(image)) return undefined;
  const match = grammar.exec(withDomain(image));
  if (!match?.[1] || !match[2] || match[1].length + match[2].length + 1 > 255) return undefined;
  const [, host, path, tag, checksum] = match;
  if (checksum !== undefined && !isDigest(checksum)) return undefined;
  if (checksum !== undefined) return { domain: host, path, digest: checksum, ...(tag !== undefined && { tag }) };
  return { domain: host, path, tag: tag ?? 'latest' };
}

function withDomain(image: string): string {
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(slash, 0));
  if (slash < 0) return `docker.io/library/${image}`;
  if (first === 'index.docker.io') return withDomain(image.slice(slash + 1));
  if (first === 'docker.io') return image.includes('/', slash + 1) ? image : `docker.io/library/${image.slice(slash + 1)}`;
  return first === 'localhost' || /[.:A-Z]/.test(first) ? image : `docker.io/${image}`;
}

function isDigest(digest: string): boolean {
  const [algorithm = '', hex = ''] = digest.split(':');
  return /^[0-9a-f]+$/.test(hex) && digestLengths[algorithm] === hex.length;
}
