import { quote } from './go-quote.ts';
import { parseImageReference } from './image-reference.ts';

/** What the kubelet says of an image name that it cannot parse (InvalidImageName); undefined for one that it can. */
export function imageNameProblem(image: string): string | undefined {
  if (parseImageReference(image) !== undefined) return undefined;
  return `Failed to apply default image tag ${quote(image)}: couldn't parse image name ${quote(image)}: ${referenceProblem(image)}`;
}

/** Source: the errors of the distribution project's reference parser. */
function referenceProblem(image: string): string {
  if (/^[a-f0-9]{64}$/.test(image)) return `invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`;
  const { remainder, domain } = splitDomain(image);
  const [repository = ''] = remainder.split(':');
  if (repository !== repository.toLowerCase()) {
    return `invalid reference format: repository name (${repository}) must be lowercase`;
  }
  if (`${domain}/${repository}`.length > 255) return 'repository name must not be more than 255 characters';
  return 'invalid reference format';
}

/** The part before the first slash is a host when it looks like one; names without one are the library's. */
function splitDomain(image: string): { domain: string; remainder: string } {
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(slash, 0));
  const isHost = slash >= 0 && (first === 'localhost' || /[.:]/.test(first) || first !== first.toLowerCase());
  const domain = isHost ? first.replace(/^index\.docker\.io$/, 'docker.io') : 'docker.io';
  const rest = isHost ? image.slice(slash + 1) : image;
  return { domain, remainder: domain === 'docker.io' && !rest.includes('/') ? `library/${rest}` : rest };
}
